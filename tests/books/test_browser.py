"""The report's page in the real Chromium, light and dark, wide and narrow, by eye and by keyboard. Pictures go to
TESTTIME_ARTEFACTS."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from testtime_server.page import render

FOCUS = "document.activeElement"


@pytest.fixture
def page(make_report: Callable[..., Any], hostile: str, tmp_path: Path) -> str:
    """The address of a long report, with everything on it."""
    file = tmp_path / "report.html"
    file.write_text(render(make_report(mutations=40, drafts=14, text=hostile)), "utf-8")
    return file.as_uri()


@pytest.mark.parametrize("width", [1100, 400])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_page_is_drawn_and_asks_for_nothing(browser: Any, page: str, tmp_path: Path, width: int, look: str) -> None:
    browser.open(page, width=width, height=2400, dark=look == "dark")
    assert browser.requests == [page]
    assert browser.complaints == []
    assert browser.evaluate("document.documentElement.scrollWidth") <= width, "nothing has to be scrolled sideways"
    picture = browser.picture()
    assert len(picture) > 20_000
    pictures = Path(os.environ.get("TESTTIME_ARTEFACTS", tmp_path))
    pictures.mkdir(parents=True, exist_ok=True)
    (pictures / f"report-{look}-{width}.png").write_bytes(picture)


def test_all_of_it_is_reached_by_keyboard(browser: Any, page: str) -> None:
    browser.open(page)
    browser.press("Tab")
    assert browser.evaluate(f"{FOCUS}.textContent") == "Skip to the result"
    assert browser.evaluate(f"{FOCUS}.getBoundingClientRect().left") >= 0, "it is seen while it has the focus"
    browser.press("Enter", "\r")
    assert browser.evaluate("location.hash") == "#result"

    folded = browser.evaluate(
        "[...document.querySelectorAll('details')].filter(d => !d.open && d.checkVisibility()).length"
    )
    assert folded > 5
    opened, scrolled = 0, set()
    for _ in range(400):
        browser.press("Tab")
        if browser.evaluate(f"{FOCUS} === document.body"):
            break
        assert browser.evaluate(f"getComputedStyle({FOCUS}).outlineStyle") != "none", "one sees where one is"
        if browser.evaluate(f"{FOCUS}.tagName === 'SUMMARY' && !{FOCUS}.parentElement.open"):
            browser.press("Enter", "\r")
            assert browser.evaluate(f"{FOCUS}.parentElement.open")
            opened += 1
        elif browser.evaluate(f"{FOCUS}.scrollWidth > {FOCUS}.clientWidth"):
            browser.press("ArrowRight")
            scrolled.add(browser.evaluate(f"{FOCUS}.className || {FOCUS}.tagName"))
    assert opened >= folded
    unreached = browser.evaluate(
        "[...document.querySelectorAll('*')].filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1"
        " && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.tabIndex < 0).map(e => e.outerHTML.slice(0, 80))"
    )
    assert unreached == [], "what is cut off can be scrolled to"

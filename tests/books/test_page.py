"""The report's page: nothing hostile gets through, nothing is loaded, and only the newest are kept."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from testtime_server import reports
from testtime_server.page import render


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= set(attrs)


def test_hostile_text_stays_text(make_report: Callable[..., Any], hostile: str) -> None:
    page = render(make_report(mutations=6, drafts=8, text=hostile))
    elements = Elements()
    elements.feed(page)
    assert not elements.names & {"script", "img", "iframe", "link", "object"}
    assert not {name for name, _ in elements.attributes if name.startswith("on") or name == "src"}
    assert all(value is not None and value.startswith("#") for name, value in elements.attributes if name == "href")
    assert not re.search("[\x00\x07\x1b\u202e]", page)
    assert "[U+202E]" in page


def test_two_hundred_candidates_are_folded(make_report: Callable[..., Any]) -> None:
    page = render(make_report(mutations=140, drafts=60, solved=False))
    assert "Nothing verified" in page
    assert "140 mutations" in page
    assert len(page) < 2_000_000


def test_the_newest_are_kept(make_report: Callable[..., Any], state: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(reports, "KEPT", 3)
    paths = [reports.save(make_report(mutations=2)) for _ in range(5)]
    assert len(reports.saved()) == 3
    assert reports.find() in paths
    assert paths[0].parent == state / "reports"
    assert paths[0].stat().st_mode & 0o077 == 0 if paths[0].exists() else True

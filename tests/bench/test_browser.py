"""The bench's page and picture in the real Chromium, light and dark: curves are seen, nothing is asked for, no complaint."""

import io
from pathlib import Path
from typing import Any

import pytest

from testtime_server.bench.page import figure, render
from testtime_server.bench.results import Cell, Result
from testtime_server.figures import COLOURS

HOSTILE = "</pre><script>console.log('CONSOLE')</script><img src=http://example.invalid/x>"


def repaired() -> list[Result]:
    """Two ways of spending on twenty problems."""
    return [
        Result(
            f"p{n}", "s", "k", 1, Cell(effort, strategy, "m"), 0, n % each == 0, n % each == 0, "", HOSTILE, "",
            input_tokens=tokens * (n + 1), output_tokens=tokens, patch=HOSTILE,
        )
        for strategy, each in (("adaptive", 2), ("best_of_n", 3))
        for effort, tokens in (("low", 50), ("medium", 400))
        for n in range(20)
    ]  # fmt: skip


def drawn() -> list[Result]:
    """Sixteen draws of twenty problems; every third is solved, later and later, half of those wrongly."""
    said = {n: "right" if n % 2 else "wrong" for n in range(0, 20, 3)}
    draws = [tuple((said.get(n, "-") if k == n // 2 else "-", 20) for k in range(16)) for n in range(20)]
    return [
        Result(f"p{n}", "s", "k", 1, Cell("16 replies", "best_of_n", "m"), 0, False, False, "", HOSTILE, "", draws=one)
        for n, one in enumerate(draws)
    ]


@pytest.mark.parametrize(
    ("kind", "results", "look"),
    [("report.html", repaired(), "light"), ("report.html", drawn(), "dark"), ("curves.svg", drawn(), "dark")],
    ids=["repaired", "drawn", "picture"],
)
def test_the_curves_are_seen(browser: Any, results: list[Result], look: str, kind: str, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    file = tmp_path / kind
    file.write_text(render(results, HOSTILE, HOSTILE) if kind == "report.html" else figure(results), "utf-8")
    browser.open(file.as_uri(), dark=look == "dark")
    assert browser.requests == [file.as_uri()]
    assert browser.complaints == []
    seen = image.open(io.BytesIO(browser.picture())).convert("RGB").getcolors(1 << 24)
    count = {"#{:02X}{:02X}{:02X}".format(*colour): number for number, colour in seen}
    assert all(count.get(colour, 0) > 100 for colour in COLOURS[:2]), count
    if kind == "report.html":
        assert max(count, key=lambda colour: count[colour]) == ("#FFFFFF" if look == "light" else "#0D1117")

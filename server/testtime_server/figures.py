"""Accuracy against cost as a picture: SVG that stands alone, readable in dark mode and without colours.

Drawn by matplotlib (`testtime[bench]`), imported when a picture is drawn.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from testtime_sandbox.errors import SandboxError

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Okabe and Ito's palette, told apart with every kind of colour vision; markers and dashes differ too."""
MARKERS = ("o", "s", "^", "D", "v", "P")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))
INK, FAINT = "#010203", "#040506"
"""Stand-ins for the text's and the grid's colours, which follow the reader's light or dark mode."""
STYLE = """<style>
:root { --ink: #1f2328; --faint: #d0d7de }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --faint: #3d444d } }
</style>"""


class FigureError(SandboxError):
    """The picture cannot be drawn; one sentence for the user."""


@dataclass(frozen=True)
class Point:
    """One measurement: what it cost, the share it reached (0 to 1) and that share's 95 % interval."""

    cost: float
    share: float
    low: float
    high: float
    label: str = ""


@dataclass(frozen=True)
class Curve:
    """Measurements of one way of spending, by rising cost."""

    name: str
    points: tuple[Point, ...]


def draw(
    curves: Sequence[Curve], *, title: str, cost: str, share: str, note: str = "", logarithmic: bool = False
) -> str:
    """The picture as SVG text. `cost` and `share` name the axes, `note` says how many problems and samples stand behind
    each point. The same curves give the same text. Raises `FigureError` without matplotlib.
    """
    try:
        import matplotlib.pyplot as plt
        from matplotlib.ticker import LogLocator, NullFormatter, PercentFormatter, StrMethodFormatter
    except ImportError as error:
        raise FigureError("Pictures need matplotlib: install the extra testtime[bench].") from error
    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": "testtime",
        "font.family": "sans-serif",
        "text.color": INK,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "grid.color": FAINT,
    }
    library: Any = plt
    library.switch_backend("svg")
    with library.rc_context(settings):
        figure, axes = library.subplots(figsize=(8, 4.8), layout="constrained")
        for number, curve in enumerate(curves):
            _plot(axes, curve, number)
        axes.set(xlabel=cost, ylabel=share, ylim=(0, _top(curves)))
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        if logarithmic and all(point.cost > 0 for curve in curves for point in curve.points):
            axes.set_xscale("log")
            axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
            axes.xaxis.set_minor_formatter(NullFormatter())
        else:
            if logarithmic:
                axes.set_xscale("symlog", linthresh=_smallest(curves))
            axes.set_xlim(left=0)
        axes.grid(visible=True, linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_title(f"{title}\n{note}" if note else title, loc="left", fontsize=10)
        axes.legend(frameon=False, loc="best")
        written = io.StringIO()
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        library.close(figure)
    return _themed(written.getvalue(), title, note)


def _plot(axes: Any, curve: Curve, number: int) -> None:
    colour = COLOURS[number % len(COLOURS)]
    points = sorted(curve.points, key=lambda point: point.cost)
    costs, shares = [p.cost for p in points], [p.share for p in points]
    bars = [[max(0.0, p.share - p.low) for p in points], [max(0.0, p.high - p.share) for p in points]]
    axes.errorbar(
        costs,
        shares,
        yerr=bars,
        color=colour,
        marker=MARKERS[number % len(MARKERS)],
        linestyle=DASHES[number % len(DASHES)],
        capsize=2,
        elinewidth=0.8,
        linewidth=1.8,
        markersize=5,
        label=curve.name,
    )
    for point in points:
        if point.label:
            axes.annotate(
                point.label, (point.cost, point.share), textcoords="offset points", xytext=(6, -11), fontsize=8
            )


def _top(curves: Sequence[Curve]) -> float:
    """Where the axis of shares ends: a tenth above all that is drawn, at most at one."""
    highest = max((p.high for curve in curves for p in curve.points), default=1.0)
    return min(1.0, math.ceil(10 * highest + 0.5) / 10)


def _smallest(curves: Sequence[Curve]) -> float:
    return min((p.cost for curve in curves for p in curve.points if p.cost > 0), default=1.0)


def _themed(svg: str, title: str, note: str) -> str:
    """The drawing with colours that follow the reader's mode, a name for screen readers, and no preamble."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.DOTALL)
    body = body.replace(INK, "var(--ink)").replace(FAINT, "var(--faint)")
    head = f"<title>{escape(title)}</title>\n<desc>{escape(note)}</desc>\n{STYLE}"
    opening = body.index(">") + 1
    return body[: opening - 1] + ' role="img">' + "\n" + head + body[opening:]

"""The search as pictures: inline SVG of our own, told in words beside it, no colour that carries meaning alone."""

from __future__ import annotations

from collections.abc import Sequence

from testtime_strategies.budget import Spend
from testtime_strategies.candidate import Candidate, Outcome

from ..report import money
from .markup import Html, join, tag
from .words import kind_of, plural, state_of

WIDTH, LEFT, RIGHT = 720, 52, 14
SEARCH_HEIGHT, COST_HEIGHT = 150, 110
LOOKS = {"good": 3, "bad": 0, "warn": 1, "idle": 2}


def search_chart(outcome: Outcome) -> Html | None:
    """How close each candidate came, in the order they ended, and below it what the search had cost by then."""
    candidates = outcome.candidates
    if len(candidates) < 2:
        return None
    points = [_position(number, candidate, len(candidates)) for number, candidate in enumerate(candidates)]
    best, steps = 0.0, list[str]()
    for number, candidate in enumerate(candidates):
        x = _x(number, len(candidates))
        if (reached := _reached(candidate)) > best or not steps:
            steps.append(f"{x:.1f},{_y(best):.1f}")
            best = max(best, reached)
        steps.append(f"{x:.1f},{_y(best):.1f}")
    upper = join(
        (
            *[
                join(
                    (
                        tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=_y(share), y2=_y(share), class_="grid"),
                        tag("text", f"{share:.0%}", x=LEFT - 8, y=_y(share) + 4, text_anchor="end"),
                    )
                )
                for share in (0.0, 0.5, 1.0)
            ],
            tag("polyline", points=" ".join(steps), class_="best"),
            *points,
        )
    )
    words = (
        f"{plural(len(candidates), 'candidate')} in the order they ended; the line is the best so far, "
        f"{best:.0%} of the way to passing the targets."
    )
    figure = tag("svg", tag("title", words), upper, viewBox=f"0 0 {WIDTH} {SEARCH_HEIGHT}", role="img")
    return tag(
        "figure",
        tag("figcaption", "How close each candidate came"),
        figure,
        _legend(candidates),
        _cost_chart(outcome),
    )


def _position(number: int, candidate: Candidate, count: int) -> Html:
    """One candidate's mark: a shape for each state, the colour besides."""
    x, y = _x(number, count), _y(_reached(candidate))
    state = state_of(candidate)
    words = f"{candidate.id}: {state.word}"
    size = 3.2 if count > 60 else 4.5
    return tag("a", _shape(state.look, x, y, size, words), href=f"#candidate-{number}", tabindex=-1)


def _shape(look: str, x: float, y: float, size: float, words: str) -> Html:
    title = tag("title", words) if words else None
    if look == "good":
        return tag("circle", title, cx=f"{x:.1f}", cy=f"{y:.1f}", r=size + 1, class_="good")
    if look == "warn":
        corners = f"{x:.1f},{y - size:.1f} {x + size:.1f},{y + size:.1f} {x - size:.1f},{y + size:.1f}"
        return tag("polygon", title, points=corners, class_="warn")
    if look == "idle":
        return tag("circle", title, cx=f"{x:.1f}", cy=f"{y:.1f}", r=size - 0.7, class_="idle")
    strokes = f"M{x - size:.1f} {y - size:.1f}l{2 * size} {2 * size}m0 {-2 * size}l{-2 * size} {2 * size}"
    return tag("path", title, d=strokes, class_="bad")


def _legend(candidates: Sequence[Candidate]) -> Html:
    names = {"good": "passes", "bad": "fails a test", "warn": "rejected", "idle": "not tested"}
    looks = {state_of(candidate).look for candidate in candidates}
    items = [
        tag("span", tag("svg", _shape(look, 8, 8, 4.5, ""), viewBox="0 0 16 16", aria_hidden="true"), names[look])
        for look in names
        if look in looks
    ]
    return tag("p", join(items), class_="legend")


def _cost_chart(outcome: Outcome) -> Html | None:
    """The running sum of USD, or of tokens where nothing is charged or no price is known."""
    spends = [candidate.spend for candidate in outcome.candidates]
    if not any(spend.tokens for spend in spends):
        return None
    priced = all(spend.usd is not None for spend in spends) and any(spend.usd for spend in spends)
    running, sums = 0.0, list[float]()
    for spend in spends:
        running += (spend.usd or 0.0) if priced else spend.tokens
        sums.append(running)
    ceiling = outcome.ceilings.usd if priced else float(outcome.ceilings.tokens)
    top = ceiling if running * 3 > ceiling else running * 1.15
    bottom, height = COST_HEIGHT - 22, COST_HEIGHT - 36

    def y(value: float) -> float:
        return bottom - height * min(value / top, 1.0) if top else bottom

    steps = [f"{LEFT},{bottom}"]
    for number, value in enumerate(sums):
        x = _x(number, len(sums))
        steps += [f"{x:.1f},{y(sums[number - 1]) if number else bottom:.1f}", f"{x:.1f},{y(value):.1f}"]
    steps += [f"{WIDTH - RIGHT},{y(running):.1f}", f"{WIDTH - RIGHT},{bottom}"]
    label = money(running) if priced else f"{running:.0f} tokens"
    limit = money(ceiling) if priced else f"{ceiling:.0f} tokens"
    words = f"{label} in the end, of at most {limit}."
    parts = [
        tag("polygon", points=" ".join(steps), class_="area"),
        tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=bottom, y2=bottom, class_="grid"),
        tag("text", "0", x=LEFT - 8, y=bottom + 4, text_anchor="end"),
        tag("text", _short(top, priced=priced), x=LEFT - 8, y=y(top) + 4, text_anchor="end"),
        tag("text", f"{label} spent · ceiling {limit}", x=LEFT, y=COST_HEIGHT - 4),
    ]
    if top == ceiling:
        parts.append(tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y(top), y2=y(top), class_="ceiling"))
    return join(
        (
            tag("p", "What it had cost by then" if priced else "Tokens by then", class_="caption"),
            tag("svg", tag("title", words), join(parts), viewBox=f"0 0 {WIDTH} {COST_HEIGHT}", role="img"),
        )
    )


def spending(outcome: Outcome) -> Html:
    """Where money and seconds went, by kind of move: a table whose numbers are bars too."""
    kinds: dict[str, list[Spend]] = {}
    for candidate in outcome.candidates:
        kinds.setdefault(kind_of(candidate.move), []).append(candidate.spend)
    sums = {kind: sum(spends, Spend()) for kind, spends in kinds.items()}
    most = max((_seconds(spend) for spend in sums.values()), default=0.0)
    dearest = max((spend.usd or 0.0 for spend in sums.values()), default=0.0)
    rows = [
        tag(
            "tr",
            tag("th", kind, scope="row"),
            tag("td", len(kinds[kind])),
            tag("td", f"{spend.tokens:,}"),
            _bar(money(spend.usd), (spend.usd or 0.0) / dearest if dearest else 0.0),
            _bar(f"{spend.model_seconds:.1f}", spend.model_seconds / most if most else 0.0),
            _bar(f"{spend.sandbox_cpu_seconds:.1f}", spend.sandbox_cpu_seconds / most if most else 0.0),
        )
        for kind, spend in sums.items()
    ]
    total = outcome.spend
    cached = f" ({total.cached_tokens:,} of the input from the cache)" if total.cached_tokens else ""
    thinking = f", {total.reasoning_tokens:,} of the output thinking" if total.reasoning_tokens else ""
    return join(
        (
            tag(
                "div",
                tag(
                    "table",
                    tag(
                        "thead",
                        tag(
                            "tr",
                            join(
                                tag("th", name, scope="col")
                                for name in ("move", "count", "tokens", "cost", "model s", "test CPU s")
                            ),
                        ),
                    ),
                    tag("tbody", join(rows)),
                    class_="spending",
                ),
                class_="scroll",
                tabindex=0,
                role="region",
                aria_label="Where money and seconds went",
            ),
            tag(
                "p",
                f"In all {money(total.usd)}, {total.input_tokens:,} tokens in{cached} and {total.output_tokens:,} out"
                f"{thinking}; {total.wall_seconds:.1f} s by the clock, {total.sandbox_cpu_seconds:.1f} s of CPU for "
                f"tests, {total.model_seconds:.1f} s for replies. What graded the finished fix is in the sums alone.",
                class_="quiet",
            ),
        )
    )


def _bar(text: str, share: float) -> Html:
    return tag("td", tag("span", text), tag("i", style=f"width:{max(0.0, min(share, 1.0)) * 100:.0f}%", class_="bar"))


def _seconds(spend: Spend) -> float:
    return max(spend.model_seconds, spend.sandbox_cpu_seconds)


def _short(value: float, *, priced: bool) -> str:
    if priced:
        return money(value)
    return f"{value / 1000:.0f}k" if value >= 10_000 else f"{value:.0f}"


def _reached(candidate: Candidate) -> float:
    return 1.0 if candidate.verdict is not None and candidate.verdict.passed else min(candidate.progress, 1.0)


def _x(number: int, count: int) -> float:
    return LEFT + 8 + (WIDTH - LEFT - RIGHT - 16) * (number / max(1, count - 1))


def _y(share: float) -> float:
    return 16 + (SEARCH_HEIGHT - 32) * (1 - share)

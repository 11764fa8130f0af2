"""The evaluation as one self-contained HTML page: the table, accuracy against cost, and every problem."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..figures import Curve, FigureError, Point, draw
from .results import Result, by_cell, sampled, table, until_verified
from .statistics import Rate

STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --faint: #d0d7de; --paper: #ffffff; --good: #0072b2; --bad: #d55e00 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --faint: #3d444d; --paper: #0d1117; --good: #56b4e9;
  --bad: #e69f00 } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 68rem; padding: 0 1rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--faint); text-align: right; white-space: nowrap }
th:first-child, td:first-child { text-align: left }
svg { max-width: 100%; height: auto }
pre { overflow-x: auto; padding: .7rem; border: 1px solid var(--faint) }
summary { cursor: pointer }
.right { color: var(--good) } .wrong { color: var(--bad) }
"""


def figure(results: Sequence[Result]) -> str:
    """Share of problems repaired rightly against tokens: a curve per strategy and model, a point per effort.

    Raises `FigureError` without the extra `testtime[bench]`.
    """
    drawn = [result for result in results if result.draws]
    if drawn:
        return _sampled_figure(drawn)
    grouped: dict[str, list[Point]] = {}
    for cell, members in by_cell(results).items():
        rate = Rate(sum(r.correct for r in members), len(members))
        tokens = sum(r.input_tokens + r.output_tokens for r in members) / len(members)
        grouped.setdefault(f"{cell.strategy} · {cell.model}", []).append(
            Point(tokens, rate.share, *rate.interval, label=cell.effort)
        )
    problems = len({(result.suite, result.problem) for result in results})
    runs = len({result.seed for result in results})
    return draw(
        [Curve(name, tuple(points)) for name, points in grouped.items()],
        title="Problems repaired rightly against tokens",
        cost="tokens a problem, mean (logarithmic)",
        share="repaired rightly",
        note=f"{problems} problems, {runs} run(s) of each behind every point; bars: 95 % intervals (Wilson)",
        logarithmic=True,
    )


def _sampled_figure(results: Sequence[Result]) -> str:
    """Share of problems solved by so many draws against the tokens that they generated."""
    curves: list[Curve] = []
    most = max(len(result.draws) for result in results)
    problems = len({(result.suite, result.problem) for result in results})
    for cell, members in by_cell(results).items():
        any_is_wrong = any(said == "wrong" for result in members for said, _ in result.draws)
        for name, misses in (
            ("solved", {"-"}),
            *([("right", {"-", "wrong"})] if any_is_wrong else []),
        ):
            points: list[Point] = []
            for count in range(1, most + 1):
                first = [next((said for said, _ in r.draws[:count] if said != "-"), "-") for r in members]
                rate = Rate(sum(said not in misses for said in first), len(members))
                tokens = sum(until_verified(r, count) for r in members) / len(members)
                label = str(count) if count & (count - 1) == 0 else ""
                points.append(Point(tokens, rate.share, *rate.interval, label=label))
            curves.append(Curve(f"{name} · {cell.strategy} · {cell.model}", tuple(points)))
    return draw(
        curves,
        title="Problems solved against generated tokens",
        cost="generated tokens a problem, mean (logarithmic)",
        share="of the problems",
        note=f"{problems} problems; replies 1 to {most}, ended by the first verified one; bars: 95 % (Wilson)",
        logarithmic=True,
    )


def render(results: Sequence[Result], sentence: str, command: str) -> str:
    """The page; everything that came from a project or a model is escaped."""
    try:
        picture = figure(results)
    except FigureError as error:
        picture = f"<p>{escape(str(error))}</p>"
    head, *rows = sampled(results) if any(result.draws for result in results) else table(results)
    heading = "".join(f"<th scope=col>{escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    problems = "".join(_problem(result) for result in results)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>testtime bench</title><style>{STYLE}</style></head><body>
<h1>testtime bench</h1>
<p><strong>{escape(sentence)}</strong></p>
<p>Drawn by <code>{escape(command)}</code>. <em>Solved</em>: a fix passed the visible tests and was shown.
<em>Correct</em>: it also passes tests that nobody was shown. <em>Wrong of accepted</em>: of the fixes whose evidence is
better than weak, those that do not. In brackets: 95 % intervals.</p>
<figure>{picture}</figure>
<div class=wide><table><thead><tr>{heading}</tr></thead><tbody>{body}</tbody></table></div>
<h2>Every repair</h2>
{problems}
</body></html>
"""


def _problem(result: Result) -> str:
    if result.correct:
        said, mark = "right", "right"
    elif result.solved:
        said, mark = "wrong", "wrong"
    else:
        said, mark = "no fix", ""
    grade = f" · {result.grade}" if result.grade else ""
    moves = ", ".join(f"{count} {kind}" for kind, count in result.moves.items())
    tokens = result.input_tokens + result.output_tokens
    facts = f"{result.reason or result.error} · {moves or 'no move'} · {tokens} tokens · {result.seconds:.1f} s"
    patch = f"<pre>{escape(result.patch)}</pre>" if result.patch else ""
    return (
        f"<details><summary>{escape(result.problem)} ({escape(result.kind)}) · {escape(str(result.cell))}: "
        f"<span class='{mark}'>{said}{grade}</span></summary><p>{escape(facts)}</p>{patch}</details>\n"
    )

"""What one repair of one problem came to, and the file of them: JSON lines, appended as they come, gone on from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from testtime_sandbox.verdict import GRADES, Grade

from .problems import SuiteError

GradeOrNone = Grade | Literal[""]
FORMAT = 1


@dataclass(frozen=True)
class Cell:
    """What is compared: one way of spending compute."""

    effort: str
    strategy: str
    model: str

    def __str__(self) -> str:
        """`medium · adaptive · none`."""
        return f"{self.effort} · {self.strategy} · {self.model}"


@dataclass(frozen=True)
class Result:
    """One repair. `correct` says whether the fix also passes the tests that nobody was shown; tokens are both ways'."""

    problem: str
    suite: str
    kind: str
    lines: int
    cell: Cell
    seed: int
    solved: bool
    correct: bool
    grade: GradeOrNone
    reason: str
    stopped: str
    moves: Mapping[str, int] = field(default_factory=dict[str, int])
    input_tokens: int = 0
    output_tokens: int = 0
    usd: float | None = 0.0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    model_seconds: float = 0.0
    operator: str = ""
    patch: str = ""
    draws: tuple[tuple[str, int], ...] = ()
    """With --sample: what each draft came to ("right", "wrong", "-"), in order, and the tokens that it generated."""
    error: str = ""
    """Why the repair could not run at all; such a result counts as not solved."""

    @property
    def key(self) -> tuple[str, str, Cell, int]:
        """What identifies it in a file."""
        return self.suite, self.problem, self.cell, self.seed

    @property
    def accepted(self) -> bool:
        """Whether its evidence lets it be taken without a second look: better than weak."""
        return self.solved and self.grade in ("strong", "moderate")


def read_results(path: Path) -> dict[tuple[str, str, Cell, int], Result]:
    """The results of a file, the last line of each key; a line cut off by a kill is passed over."""
    if not path.exists():
        return {}
    results: dict[tuple[str, str, Cell, int], Result] = {}
    for line in path.read_text("utf-8").splitlines():
        try:
            fields: dict[str, Any] = json.loads(line)
            if fields.pop("format") != FORMAT:
                raise SuiteError(f"{path} was written by another version of testtime: take a new --out folder.")
            fields["cell"] = Cell(**fields["cell"])
            fields["draws"] = tuple((said, tokens) for said, tokens in fields.get("draws", ()))
            result = Result(**fields)
        except (ValueError, KeyError, TypeError):
            continue
        results[result.key] = result
    return results


def append_result(path: Path, result: Result) -> None:
    """Add one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"format": FORMAT} | asdict(result)) + "\n")


def by_cell(results: Iterable[Result]) -> dict[Cell, list[Result]]:
    """Results of the same way of spending, in order of appearance."""
    cells: dict[Cell, list[Result]] = {}
    for result in results:
        cells.setdefault(result.cell, []).append(result)
    return cells


def median(values: Iterable[float]) -> float | None:
    """The middle one, None of nothing."""
    import statistics

    ordered = list(values)
    return statistics.median(ordered) if ordered else None


def table(results: Iterable[Result]) -> Iterator[tuple[str, ...]]:
    """Rows of the summary, a heading first: one per cell, then one per fault kind where there is a single cell."""
    from .statistics import Rate

    cells = by_cell(results)
    yield (
        "", "problems", "solved", "correct", "wrong of accepted", "tokens", "USD", "seconds", "s to the fix",
    )  # fmt: skip
    groups: list[tuple[str, list[Result]]] = [(str(cell), members) for cell, members in cells.items()]
    if len(cells) == 1:
        members = groups[0][1]
        groups += [
            ("one line", [r for r in members if r.lines == 1]),
            ("more lines", [r for r in members if r.lines > 1]),
        ]
        groups += [(kind, [r for r in members if r.kind == kind]) for kind in sorted({r.kind for r in members})]
    for name, members in groups:
        if not members:
            continue
        accepted = [result for result in members if result.accepted]
        prices = [result.usd for result in members]
        fix = median(result.seconds for result in members if result.solved)
        yield (
            name,
            str(len(members)),
            str(Rate(sum(r.solved for r in members), len(members))),
            str(Rate(sum(r.correct for r in members), len(members))),
            str(Rate(sum(not r.correct for r in accepted), len(accepted))),
            f"{sum(r.input_tokens + r.output_tokens for r in members) / len(members):.0f}",
            "unknown" if None in prices else f"${sum(p or 0.0 for p in prices) / len(members):.4f}",
            f"{sum(r.seconds for r in members) / len(members):.1f}",
            "-" if fix is None else f"{fix:.1f}",
        )


ACCEPTED: tuple[tuple[str, frozenset[Grade]], ...] = (
    ("any that passes", frozenset(GRADES)),
    ("moderate or strong", frozenset({"moderate", "strong"})),
    ("strong alone", frozenset({"strong"})),
)
"""Rules by which fixes can be taken without a second look; the middle one is `Result.accepted`."""


def acceptance(results: Sequence[Result]) -> Iterator[tuple[str, ...]]:
    """What the grade is worth: rows by rule, a heading first. Of all problems, and of what the rule accepts, how many
    fixes are wrong; of all right fixes, how many it keeps.
    """
    from .statistics import Rate

    solved = [result for result in results if result.solved]
    right = sum(result.correct for result in solved)
    yield "accepted", "fixes", "wrong of problems", "wrong of accepted", "right ones kept"
    for name, grades in ACCEPTED:
        accepted = [result for result in solved if result.grade in grades]
        wrong = sum(not result.correct for result in accepted)
        yield (
            name,
            str(len(accepted)),
            str(Rate(wrong, len(results))),
            str(Rate(wrong, len(accepted))),
            str(Rate(len(accepted) - wrong, right)),
        )


def powers(most: int) -> list[int]:
    """The powers of two below `most`, and `most`."""
    return sorted({*(2**step for step in range(most.bit_length())), most} - {0})


def sampled(results: Iterable[Result]) -> Iterator[tuple[str, ...]]:
    """Rows of what so many draws come to, a heading first, by model: the first that verifies is what would be shown."""
    from .statistics import Rate

    yield ("", "problems", "solved", "correct", "generated tokens", "until solved")
    for cell, members in by_cell(results).items():
        most = max((len(result.draws) for result in members), default=0)
        for count in powers(most):
            first = [next((said for said, _ in r.draws[:count] if said != "-"), "-") for r in members]
            yield (
                f"{count} replies · {cell.strategy} · {cell.model}",
                str(len(members)),
                str(Rate(sum(said != "-" for said in first), len(members))),
                str(Rate(sum(said == "right" for said in first), len(members))),
                f"{sum(tokens for r in members for _, tokens in r.draws[:count]) / len(members):.0f}",
                f"{sum(until_verified(r, count) for r in members) / len(members):.0f}",
            )


def until_verified(result: Result, count: int) -> int:
    """Tokens that the first `count` draws generated up to the first that verified."""
    tokens = 0
    for said, generated in result.draws[:count]:
        tokens += generated
        if said != "-":
            break
    return tokens

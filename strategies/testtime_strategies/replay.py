"""Replaying recordings: any policy on the candidates that were recorded, with no model and no test run.

A draft is answered with the next recorded draft (of the same wording where there is one), a repair with a recorded
repair of the same parent, and so on; each is used once. Recordings of one problem are pooled, so that a problem
repaired several times answers more. What nobody recorded ends the play: a policy is only judged on samples that exist.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from testtime_sandbox.patch import Patch
from testtime_sandbox.snapshot import Snapshot
from testtime_sandbox.verdict import (
    Baseline,
    Frame,
    Isolation,
    Judgement,
    Stage,
    TestOutcome,
    TestResult,
    Verdict,
)

from .budget import Ceilings, Spend
from .candidate import (
    Candidate,
    Critique,
    Draft,
    Gather,
    Move,
    Mutate,
    Problem,
    Rejection,
    Repair,
    SuspiciousLine,
)
from .record import lines
from .simulate import Play, play_on
from .strategy import Strategy

RECORDED = Isolation("process", "recorded")


@dataclass(frozen=True)
class Trajectory:
    """One problem and everything that was recorded of it, in the order it was judged."""

    mark: str
    problem: Problem
    candidates: tuple[Candidate, ...]
    converses: bool = True
    """Its models could be asked for more than completions."""


def load(folder: Path) -> list[Trajectory]:
    """The problems recorded in a folder, several repairs of one problem pooled."""
    pooled: dict[str, Trajectory] = {}
    for number, path in enumerate(sorted(folder.glob("*.jsonl"))):
        trajectory = read(path, prefix=f"{number}-")
        if trajectory is None:
            continue
        before = pooled.get(trajectory.mark)
        candidates = (*before.candidates, *trajectory.candidates) if before else trajectory.candidates
        pooled[trajectory.mark] = replace(trajectory, candidates=candidates)
    return list(pooled.values())


def read(path: Path, prefix: str = "") -> Trajectory | None:
    """One recording, None when no problem is in it. `prefix` keeps the ids of several recordings apart."""
    mark, problem, talks = "", None, True
    candidates: dict[str, Candidate] = {}
    for line in lines(path):
        if line["kind"] == "problem":
            mark, problem, talks = line["mark"], _problem(line), line.get("converses", True)
            candidates.clear()  # a repair that was resumed tells everything again
        elif line["kind"] == "candidate":
            candidate = _candidate(line, candidates, prefix)
            if candidate is not None:
                candidates[line["id"]] = candidate
    return Trajectory(mark, problem, tuple(candidates.values()), talks) if problem is not None else None


def replay(
    trajectory: Trajectory, strategy: Strategy[Any], ceilings: Ceilings, *, seed: int = 0, to_the_end: bool = False
) -> Play:
    """Let a policy work on a recorded problem, one move at a time; `to_the_end` goes on after a verified candidate.
    Mutations are told first: they were free.
    """
    recorded = _Recorded(trajectory.candidates)
    mutations = [candidate for candidate in trajectory.candidates if isinstance(candidate.move, Mutate)]
    models = 1 + max((getattr(candidate.move, "model", 0) for candidate in trajectory.candidates), default=0)
    return play_on(
        recorded,
        trajectory.problem,
        strategy,
        ceilings,
        models=models,
        seed=seed,
        to_the_end=to_the_end,
        known=mutations,
        converses=trajectory.converses,
    )


class _Recorded:
    """Answers moves with recorded candidates, each once."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._waiting: defaultdict[str, list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            self._waiting[_kind(candidate.move)].append(candidate)

    def answer(self, move: Move) -> Candidate | None:
        """A recorded candidate of such a move; None when there is none left."""
        waiting = self._waiting[_kind(move)]
        fitting = [candidate for candidate in waiting if _fits(candidate.move, move)]
        if not fitting:
            return None
        best = max(fitting, key=lambda candidate: _likeness(candidate.move, move))
        waiting.remove(best)
        return best

    def is_right(self, candidate: Candidate) -> bool:
        """A recording knows no more than its verdict."""
        return candidate.verdict is not None and candidate.verdict.verified


def _fits(recorded: Move, asked: Move) -> bool:
    if isinstance(recorded, Repair) and isinstance(asked, Repair):
        return recorded.parent.id == asked.parent.id
    return getattr(recorded, "model", 0) == getattr(asked, "model", 0)


def _likeness(recorded: Move, asked: Move) -> int:
    """How many of a move's other options agree; the earliest of the best is taken."""
    return sum(
        getattr(recorded, option, None) == getattr(asked, option, None)
        for option in ("variant", "temperature", "model", "reasoning")
    )


def _kind(move: Move) -> str:
    if not isinstance(move, Draft):
        return type(move).__name__
    return "branch" if move.branch else "told draft" if move.critique is not None else "draft"


def _problem(line: Mapping[str, Any]) -> Problem:
    results = {
        test: TestResult(
            test,
            TestOutcome.FAILED,
            0.0,
            failure["message"],
            frames=tuple(Frame(*frame) for frame in failure["frames"]),
        )
        for test, failure in line["failures"].items()
    }
    here = Path("/recorded")
    return Problem(
        Snapshot(here, here, MappingProxyType({}), line["mark"]),
        Baseline(MappingProxyType(results), RECORDED, 0.0),
        tuple(results),
        tuple(SuspiciousLine(*suspect) for suspect in line["suspicious"]),
    )


def _candidate(line: Mapping[str, Any], known: Mapping[str, Candidate], prefix: str) -> Candidate | None:
    """The candidate of a line, None when what it was made from is not in the recording."""
    move = _move(line["move"], known)
    if move is None:
        return None
    return Candidate(
        prefix + line["id"],
        move,
        Spend(**line["spend"]),
        verdict=_verdict(line["verdict"]),
        rejection=Rejection(line["rejection"]) if line["rejection"] else None,
        detail=line["detail"],
        reply=line["reply"],
    )


def _move(line: Mapping[str, Any], known: Mapping[str, Candidate]) -> Move | None:
    options = {name: line[name] for name in ("temperature", "model", "reasoning") if name in line}
    match line["kind"]:
        case "mutate":
            return Mutate(Patch(()), line["operator"], line["path"], line["line"])
        case "draft" if line["critique"] is None or line["critique"] in known:
            critique = known.get(line["critique"] or "")
            return Draft(line["variant"], **options, critique=critique, branch=line.get("branch", False))
        case "repair" if line["parent"] in known:
            return Repair(known[line["parent"]], **options)
        case "critique":
            return Critique(_all(known, line["parents"]), **options)
        case "gather":
            return Gather(line["variant"], **options)
        case _:
            return None


def _all(known: Mapping[str, Candidate], ids: Iterable[str]) -> tuple[Candidate, ...]:
    return tuple(known[one] for one in ids if one in known)


def _verdict(line: Mapping[str, Any] | None) -> Verdict | None:
    if line is None:
        return None
    results = {
        test: TestResult(test, TestOutcome(outcome), 0.0, message)
        for test, (outcome, message) in line["failing"].items()
    }
    return Verdict(
        Judgement(line["judgement"]),
        Stage(line["stage"]),
        RECORDED,
        MappingProxyType(results),
        fixed=tuple(line["fixed"]),
        progress=line["progress"],
        findings=tuple(line["findings"]),
    )

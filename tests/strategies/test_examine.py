"""Of several passing changes the behaviour that most of them share is offered, and the call that tells them apart."""

import asyncio
from collections.abc import Sequence

import pytest

from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.verdict import Answer, Comparison, Examples, Isolation, Judgement, Stage, Verdict
from testtime_strategies.behaviour import groups, slip, told
from testtime_strategies.budget import Budget, Ceilings, Spend
from testtime_strategies.candidate import Candidate, Mutate
from testtime_strategies.evidence import Strength
from testtime_strategies.examine import Examiner

ISOLATION = Isolation("bubblewrap", "")
BEFORE = "def f(x):\n    return 0\n"


def candidate(name: str, body: str) -> Candidate:
    patch = Patch((FileEdit("code.py", BEFORE, f"def f(x):\n    return {body}\n"),))
    return Candidate(name, Mutate(patch, "number", "code.py", 2), Spend(), patch, passed(Stage.CONFIRMATION))


def passed(stage: Stage) -> Verdict:
    return Verdict(Judgement.PASSED, stage, ISOLATION)


def answers(*texts: str | None) -> tuple[Answer | None, ...]:
    return tuple(None if text is None else Answer(text, text) for text in texts)


class Scripted:
    """Passes the bodies it is given and answers what they are said to give."""

    def __init__(self, said: dict[str, tuple[Answer | None, ...]], examples: dict[str, Examples] | None = None) -> None:
        self.said = said
        self.examples = examples or {}
        self.compared: list[int] = []

    async def verify(self, patch: Patch, *, confirm: bool = False) -> Verdict:
        stage = Stage.CONFIRMATION if confirm else Stage.REGRESSION
        return passed(stage) if _body(patch) in self.said else Verdict(Judgement.FAILED, stage, ISOLATION)

    async def compare(self, patches: Sequence[Patch], *, seconds: float) -> Comparison:
        self.compared.append(len(patches))
        bodies = [_body(patch) for patch in patches]
        rows = tuple(self.said.get(body, (None, None)) for body in bodies)
        return Comparison(("f(1)", "f([])"), rows, examples=tuple(self.examples.get(body) for body in bodies))


def _body(patch: Patch) -> str:
    """The body after `return`; empty for the program as it was."""
    return (patch.edits[0].after or "").partition("return ")[2].strip() if patch.edits else ""


def examined(scripted: Scripted, *bodies: str, verifies: bool = True) -> tuple[str, Strength]:
    """The id of what is offered, and what speaks for it, when `bodies` are the fix and what is tried next."""
    fix, *others = [candidate(f"m{number}", body) for number, body in enumerate(bodies)]

    async def following(most: int) -> list[Mutate]:
        return [other.move for other in others if isinstance(other.move, Mutate)]

    async def confirmed(one: Candidate) -> Candidate | None:
        return one if verifies else None

    budget = Budget(Ceilings(samples=1, rounds=1, tokens=1, usd=0.0, seconds=60.0))
    examiner = Examiner(scripted, scripted, budget, 1, lambda: 60.0)
    offered, strength = asyncio.run(examiner.examine(fix, [fix], following, confirmed))
    assert offered.patch is not None
    return _body(offered.patch), strength


ONE, TWO = answers("1", "[]"), answers("1", "None")


def test_the_behaviour_of_most_wins_and_the_call_that_tells_is_kept() -> None:
    offered, strength = examined(Scripted({"a": ONE, "b": TWO, "c": TWO}), "a", "b", "z", "c")
    assert offered == "b"
    contrast = strength.contrast
    assert (strength.rivals, contrast.calls, contrast.same, contrast.other) == (2, 2, 1, 1)
    assert contrast.difference == (
        "`f([])` gives None with this fix, gives [] with another change that passes the same tests."
    )


@pytest.mark.parametrize("verifies", [True, False])
def test_the_first_stays_where_as_many_behave_like_it_or_the_other_does_not_verify(verifies: bool) -> None:
    others = ("b",) if verifies else ("b", "c")
    scripted = Scripted({"a": ONE, "b": TWO, "c": TWO})
    offered, strength = examined(scripted, "a", *others, verifies=verifies)
    assert offered == "a"
    assert strength.contrast.other == len(others)
    assert "gives [] with this fix, gives None with another" in strength.contrast.difference


def test_where_nothing_else_passes_the_fix_is_compared_with_the_program_as_it_was() -> None:
    scripted = Scripted({"a": answers("1", "raises IndexError"), "": answers("0", "[]")})
    offered, strength = examined(scripted, "a", "z")
    assert (offered, strength.rivals, scripted.compared) == ("a", 0, [2])
    assert strength.contrast.slip == "`f([])` raises IndexError with this fix, and gave [] without it."
    assert strength.contrast.calls == 0, "no rival was compared"


BROKEN = Examples(1, "f([])", "None", "[]")


def test_what_keeps_to_the_docstring_wins_over_what_is_common() -> None:
    scripted = Scripted({"a": ONE, "b": TWO, "c": ONE}, {"a": BROKEN, "b": Examples(2), "c": BROKEN})
    offered, strength = examined(scripted, "a", "b", "c")
    assert offered == "b"
    assert (strength.contrast.other, strength.contrast.unkept) == (2, None)


@pytest.mark.parametrize(
    ("before", "grade", "end"),
    [
        (Examples(2), "weak", ", as it did not before."),
        (Examples(0, "f(1)", "2", "1"), "moderate", "."),
        (Examples(1, "f([])", "None", "raises KeyError"), "moderate", "."),
    ],
    ids=["kept before", "another broken before", "broken before"],
)
def test_a_fix_that_a_docstring_speaks_against_is_not_strong(before: Examples, grade: str, end: str) -> None:
    _, strength = examined(Scripted({"a": ONE, "": TWO}, {"a": BROKEN, "": before}), "a", "z")
    said = f"The docstring says that `f([])` gives None: with this fix it gives []{end}"
    assert strength.contrast.unkept == (grade, said)


@pytest.mark.parametrize(
    ("now", "before", "is_slip"),
    [
        ("raises ZeroDivisionError", "0", True),
        ("does not end", "0", True),
        ("raises ZeroDivisionError", "raises ValueError", False),
        ("raises ZeroDivisionError", "does not end", False),
        ("raises ValueError", "0", False),
        ("1", "0", False),
        ("raises KeyError", None, False),
    ],
)
def test_a_slip_is_an_error_that_nobody_writes_on_purpose(now: str, before: str | None, is_slip: bool) -> None:
    comparison = Comparison(("f(1)",), (answers(now), answers(before)))
    assert bool(slip(comparison, 0, 1)) is is_slip


def test_what_is_not_known_tells_nobody_apart() -> None:
    rows = (answers("1", None), answers("1", "2"), None, answers("3", "2"))
    comparison = Comparison(("f(1)", "f(2)"), rows)
    assert groups(comparison, 4) == [[0, 1], [3]]
    assert groups(comparison, 3) == [[0, 1]]
    assert told(comparison, 0, 1) == ""


def test_what_is_left_behind_is_told_where_results_are_the_same() -> None:
    one, other = Answer("n", "None", "a", "leaves [[1]]"), Answer("n", "None", "b", "leaves [[]]")
    said = told(Comparison(("push(1)",), ((one,), (other,))), 0, 1)
    assert said.startswith("`push(1)` leaves [[1]] with this fix, leaves [[]] with another change")

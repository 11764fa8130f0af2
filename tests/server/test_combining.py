"""Several repairs of one request, told as one."""

from typing import Any, cast

from testtime_sandbox.verdict import Isolation
from testtime_server.combining import combined
from testtime_server.recording import Report
from testtime_strategies.budget import EFFORTS, Spend
from testtime_strategies.candidate import Candidate, Draft, Outcome


def ended(path: str, note: str) -> Report:
    """A repair that asked a model once, showed it a file, and found nothing."""
    candidate = Candidate("d1", Draft(), Spend(output_tokens=10))
    outcome = Outcome(
        None, f"nothing for {path}", None, (candidate,), Spend(output_tokens=10, usd=0.25), "low", EFFORTS["low"],
        Isolation("process", ""), sent={path: 30, "shared.py": 1}, samples=1, notes=("no price", note),
    )  # fmt: skip
    return Report(cast("Any", None), cast("Any", None), outcome)


def test_the_books_are_whole_though_nothing_is_mended() -> None:
    outcome = combined([ended("a.py", "one"), ended("b.py", "two")]).outcome
    assert not outcome.verified
    assert (outcome.spend.output_tokens, outcome.spend.usd, outcome.samples) == (20, 0.5, 2)
    assert outcome.sent == {"a.py": 30, "b.py": 30, "shared.py": 2}
    assert dict(outcome.moves) == {"draft": 2}
    assert outcome.notes == ("no price", "one", "two")

"""Reports of repairs that never ran, as values: a short one, a long one with everything on it, and a hostile one."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.snapshot import Snapshot
from testtime_sandbox.verdict import (
    Baseline,
    Evidence,
    Isolation,
    Judgement,
    Project,
    Stage,
    TestOutcome,
    TestResult,
    Verdict,
)
from testtime_server.recording import Report
from testtime_strategies.budget import EFFORTS, Spend
from testtime_strategies.candidate import (
    Candidate,
    Critique,
    Draft,
    Mutate,
    Outcome,
    Problem,
    Rejection,
    Repair,
    Stopped,
)

BEFORE = '''"""Prices of a small shop."""

RATES = {"books": 0.05, "food": 0.07}


def total(prices, kind="books"):
    """The sum with tax, rounded to cents."""
    net = sum(prices)
    tax = net * RATES[kind]
    return round(net - tax, 2)


def cheapest(prices):
    return min(prices)
'''
ISOLATION = Isolation("bubblewrap", "bwrap 0.11, probed", holes=("reading the system's own libraries",))
TARGETS = ("tests/test_prices.py::test_total_adds_tax", "tests/test_prices.py::TestRates::test_food[0.07]")
OTHERS = tuple(f"tests/test_shop.py::test_case_{n}" for n in range(40))
HOSTILE = (
    "</script><script>alert(1)</script><img src=http://example.invalid/x.png onerror=alert(2)>\x1b[31mred\x1b[0m"
    "\x1b]0;title\x07 \u202eright to left\u202c \x00 & \"quoted\" 'single' </pre></style> " + "x" * 300
)


def patch(after: str, path: str = "shop/prices.py") -> Patch:
    return Patch((FileEdit(path, BEFORE, after),))


def result(test: str, outcome: TestOutcome, message: str = "", output: str = "") -> TestResult:
    return TestResult(
        test, outcome, 0.01, message, traceback=message and f"def test():\n>   assert it\nE   {message}", output=output
    )


def failed(progress: float, message: str, judgement: Judgement = Judgement.FAILED, *, broken: int = 0) -> Verdict:
    results = {
        TARGETS[0]: result(TARGETS[0], TestOutcome.PASSED if progress >= 0.5 else TestOutcome.FAILED, message),
        TARGETS[1]: result(TARGETS[1], TestOutcome.FAILED, message),
    }
    results |= {test: result(test, TestOutcome.FAILED, message) for test in OTHERS[:broken]}
    stage = Stage.REGRESSION if judgement is Judgement.REGRESSED else Stage.TARGET
    return Verdict(
        judgement,
        stage,
        ISOLATION,
        results,
        regressed=OTHERS[:broken],
        progress=progress,
        cpu_seconds=0.02,
        output=message,
    )


def passed(stage: Stage) -> Verdict:
    results = {test: result(test, TestOutcome.PASSED) for test in (*TARGETS, *OTHERS)}
    return Verdict(Judgement.PASSED, stage, ISOLATION, results, fixed=TARGETS, progress=1.0, cpu_seconds=0.4)


def make_report(*, mutations: int = 40, drafts: int = 0, solved: bool = True, text: str = "") -> Report:
    """A repair with so many candidates; `text` stands wherever a project, a test or a model can put any."""
    rng = random.Random(7)
    message = f"AssertionError: assert 9.5 == 10.5 {text}"
    candidates: list[Candidate] = []

    def add(letter: str, move: Any, **fields: Any) -> Candidate:
        candidates.append(Candidate(f"{letter}{len(candidates) + 1}", move, **fields))
        return candidates[-1]

    operators = ("comparison", "off-by-one", "arithmetic", "return-value", "guard")
    for n in range(mutations):
        line = rng.randrange(8, 15)
        change = patch(BEFORE.replace("min(prices)", f"max(prices) + {n}"))
        move = Mutate(change, rng.choice(operators), "shop/prices.py", line)
        verdict = failed(rng.choice((0.0, 0.0, 0.25, 0.5)), message)
        if n % 9 == 4:
            verdict = failed(0.5, message, Judgement.REGRESSED, broken=3)
        if n % 13 == 6:
            verdict = Verdict(Judgement.TIMEOUT, Stage.TARGET, ISOLATION, findings=("It ran for more than 2 s.",))
        add("m", move, spend=Spend(sandbox_cpu_seconds=0.02), patch=change, verdict=verdict)
    cost = Spend(
        input_tokens=1840, cached_tokens=1500, output_tokens=310, reasoning_tokens=128, usd=0.00074, model_seconds=2.1,
        sandbox_cpu_seconds=0.05,
    )  # fmt: skip
    parent: Candidate | None = None
    for n in range(drafts):
        change = patch(BEFORE.replace("net - tax", f"net + tax * {n + 2}"))
        if n % 7 == 3:
            add(
                "d",
                Draft(n, 0.8),
                spend=cost,
                rejection=Rejection.UNPARSABLE,
                detail=f"No patch in the reply. {text}",
                reply=text or "I think it works as it is.",
            )
        elif n % 7 == 5:
            add(
                "d",
                Draft(n, 0.8),
                spend=cost,
                patch=change,
                rejection=Rejection.DUPLICATE,
                detail="The same change was tried before.",
            )
        elif parent is not None and n % 3 == 1:
            parent = add(
                "r",
                Repair(parent, reasoning="medium"),
                spend=cost,
                patch=change,
                verdict=failed(min(0.9, 0.2 * n), message),
                reply=text or "The tax is added now.",
            )
        elif parent is not None and n % 10 == 8:
            critique = add(
                "c",
                Critique((parent,)),
                spend=cost,
                rejection=Rejection.NO_PATCH,
                reply=text or "All of them subtract.",
            )
            parent = add("d", Draft(n, 0.9, critique=critique), spend=cost, patch=change, verdict=failed(0.5, message))
        else:
            parent = add(
                "d",
                Draft(n, 0.8, model=n % 2),
                spend=cost,
                patch=change,
                verdict=failed(rng.choice((0.0, 0.5)), message),
                reply=text or "Here is the fix.",
            )
    fix = None
    if solved:
        change = patch(BEFORE.replace("net - tax", "net + tax"))
        move: Any = Repair(parent) if parent else Mutate(change, "arithmetic", "shop/prices.py", 10)
        spend = cost if parent else Spend(sandbox_cpu_seconds=0.4)
        fix = add("r" if parent else "m", move, spend=spend, patch=change, verdict=passed(Stage.CONFIRMATION))
    baseline = Baseline(
        {t: result(t, TestOutcome.FAILED, message, text or "total of [5.0, 5.0]\n") for t in TARGETS}
        | {t: result(t, TestOutcome.PASSED) for t in OTHERS},
        ISOLATION,
        1.2,
        flaky=frozenset(OTHERS[38:]),
    )
    snapshot = Snapshot(Path("/nowhere"), Path("/nowhere"), {}, "0")
    problem = Problem(snapshot, baseline, TARGETS)
    spend = replace(sum((c.spend for c in candidates), Spend()), wall_seconds=14.2)
    outcome = Outcome(
        fix,
        "verified"
        if fix
        else "Nothing verified: 40 mutations and 12 model replies were tried; a higher --effort allows more.",
        Evidence(
            "moderate",
            5,
            17,
            22,
            1,
            notes=("5 of 22 small changes to the changed lines pass the tests too.", *([text] if text else [])),
        )
        if fix
        else None,
        tuple(candidates),
        spend,
        "medium",
        EFFORTS["medium"],
        ISOLATION,
        model="gpt-5-mini" if drafts else None,
        sent={"shop/prices.py": 5210, f"tests/test_prices.py{text}": 2044} if drafts else {},
        stopped=Stopped.VERIFIED if fix else Stopped.CEILING,
    )
    project = Project(
        Path("/home/ada/shop"),
        Path("/home/ada/shop/.venv/bin/python"),
        ".venv",
        "3.12.4",
        "9.2.0",
        Path("/x"),
        Path("/x"),
    )
    return Report(project, problem, outcome)


@pytest.fixture(name="make_report")
def _make_report() -> Callable[..., Report]:
    return make_report


@pytest.fixture
def hostile() -> str:
    """What a test could print, and a model could say, to take the page over."""
    return HOSTILE


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty state folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "testtime"

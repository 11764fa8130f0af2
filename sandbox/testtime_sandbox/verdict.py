"""The sandbox's words: what was tested, how it came out, and how far to believe it. Frozen values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

TestId = str
"""A pytest node id: `tests/test_x.py::TestY::test_z[case]`, path relative to the project root."""


def selects(selection: str, test: TestId) -> bool:
    """Whether an id, class, file or folder names `test`."""
    return test == selection or test.startswith((selection + "::", selection + "[", selection.rstrip("/") + "/"))


@dataclass(frozen=True)
class Project:
    """What is tested and with what.

    `root` is absolute and resolved; `interpreter` runs the tests; `interpreter_source` says where it was found
    ("setting testtime.python", ".venv", "uv", …); versions are like "3.11.7" and "9.2.0".
    """

    root: Path
    interpreter: Path
    interpreter_source: str
    python_version: str
    pytest_version: str
    prefix: Path
    """`sys.prefix` of the interpreter: the virtual environment, or the installation itself."""
    base_prefix: Path
    """`sys.base_prefix`: where the standard library lives."""
    import_paths: tuple[Path, ...] = ()
    """The interpreter's `sys.path` outside both prefixes and the root (editable installs and the like)."""
    pytest_args: tuple[str, ...] = ()
    """Extra pytest arguments that the user configured."""


class TestOutcome(StrEnum):
    """How one test ended. A test that was never reported is absent, not an outcome."""

    __test__ = False

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"
    TIMEOUT = "timeout"

    @property
    def is_failure(self) -> bool:
        """True for what a repair can be asked for: failed, error in set-up or tear-down, time-out."""
        return self in (TestOutcome.FAILED, TestOutcome.ERROR, TestOutcome.TIMEOUT)


@dataclass(frozen=True)
class Frame:
    """One traceback entry inside the project. `path` is root-relative, `line` is 1-based."""

    path: str
    line: int
    function: str


@dataclass(frozen=True)
class TestResult:
    """One test's run. `seconds` is wall time of set-up, call and tear-down together."""

    __test__ = False

    id: TestId
    outcome: TestOutcome
    seconds: float
    message: str = ""
    """The exception on one line, as pytest's short summary has it: `AssertionError: assert 3 == 4`."""
    traceback: str = ""
    """pytest's long representation, trimmed in the middle; empty for a pass."""
    frames: tuple[Frame, ...] = ()
    """Project frames of the traceback, outermost (the test) first, innermost (where it was raised) last."""
    output: str = ""
    """Captured stdout and stderr of a failure, trimmed in the middle."""


@dataclass(frozen=True)
class Observation:
    """One test, run to see what it does: `result` is None when it did not run, and then `output` tells why."""

    result: TestResult | None
    output: str = ""
    cpu_seconds: float = 0.0


@dataclass(frozen=True)
class Isolation:
    """The isolation really in force, as probed, not as hoped for.

    `holes` names in plain words what this level does not stop ("network", "reads outside the project", …).
    """

    level: Literal["bubblewrap", "namespaces", "landlock", "process", "seatbelt", "job object"]
    detail: str
    holes: tuple[str, ...] = ()


CoveredLines = Mapping[str, frozenset[int]]
"""Root-relative path → 1-based lines executed."""


@dataclass(frozen=True)
class Baseline:
    """The unpatched snapshot's test results, by which every patch is judged.

    `covered` has an entry for each test whose lines are known; a test without one may be affected by anything.
    `observed` maps (path, qualified function name) to the type names seen in each local variable and parameter
    (`"return"` for results) while the failing tests ran; empty when not traced.
    """

    results: Mapping[TestId, TestResult]
    isolation: Isolation
    seconds: float
    """Wall time of the first whole run."""
    flaky: frozenset[TestId] = frozenset()
    covered: Mapping[TestId, CoveredLines] = field(default_factory=lambda: MappingProxyType({}))
    observed: Mapping[tuple[str, str], Mapping[str, frozenset[str]]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    cold_because: str = ""
    """Why runs are not forked from a warm agent; empty when they are, or when none was asked for."""

    @property
    def failing(self) -> tuple[TestId, ...]:
        """Tests that failed both times, in collection order: the possible targets."""
        return tuple(i for i, r in self.results.items() if r.outcome.is_failure and i not in self.flaky)

    @property
    def passing(self) -> tuple[TestId, ...]:
        """Tests that passed and did not change their mind: the regression witnesses."""
        passed = TestOutcome.PASSED
        return tuple(i for i, r in self.results.items() if r.outcome is passed and i not in self.flaky)


class Stage(StrEnum):
    """How far a candidate got; each stage is dearer than the one before."""

    SCREENED = "screened"
    """Before any test: untouchable files, static findings, or a cheap in-process rejection."""
    TARGET = "target"
    """The target tests alone, stopping at the first failure."""
    REGRESSION = "regression"
    """Every test that can be affected."""
    CONFIRMATION = "confirmation"
    """The whole suite in a fresh cold box, random order, with the canary."""


class Judgement(StrEnum):
    """What the stage reached says of the candidate."""

    PASSED = "passed"
    FAILED = "failed"
    """A target test still fails."""
    REGRESSED = "regressed"
    """The targets pass, but a test that passed before does not."""
    REJECTED = "rejected"
    """Untouchable files, lost or skipped tests, or tampering; `findings` says which."""
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    """The test process died or its report was incomplete."""


@dataclass(frozen=True)
class Verdict:
    """What one patch did to the tests, compared with the baseline. Seconds are CPU or wall as named."""

    judgement: Judgement
    stage: Stage
    isolation: Isolation
    results: Mapping[TestId, TestResult] = field(default_factory=lambda: MappingProxyType({}))
    fixed: tuple[TestId, ...] = ()
    """Targets that now pass."""
    regressed: tuple[TestId, ...] = ()
    lost: tuple[TestId, ...] = ()
    """Ids of the baseline that were not collected, or were skipped or xfailed where they ran before."""
    left_out: tuple[TestId, ...] = ()
    """Tests not run because the change cannot affect them."""
    progress: float = 0.0
    """Share of the way to passing the targets, 0 to 1: what search and ranking climb on."""
    findings: tuple[str, ...] = ()
    """What speaks against the patch: why it was rejected, or what a reader should look at."""
    notes: tuple[str, ...] = ()
    """What the run could not show, in plain sentences."""
    output: str = ""
    """Excerpt of the run's own output, bounded, for people and prompts."""
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """True when this stage found nothing against the candidate; only CONFIRMATION makes it *verified*."""
        return self.judgement is Judgement.PASSED

    @property
    def verified(self) -> bool:
        """True when the patch has met the whole definition of *verified*."""
        return self.passed and self.stage is Stage.CONFIRMATION


@dataclass(frozen=True)
class Answer:
    """What one call came to: marks are equal where results are, or what was left behind; texts are for people."""

    result_mark: str
    result: str
    left_mark: str = ""
    left: str = ""


@dataclass(frozen=True)
class Examples:
    """What the examples in the changed functions' docstrings make of a patch."""

    held: int
    """Examples that come out as they say, up to the first that does not."""
    call: str = ""
    """That one's code, empty when all hold."""
    wanted: str = ""
    """What it says that comes."""
    came: str = ""


@dataclass(frozen=True)
class Comparison:
    """What several patches do with the same calls, which the tests make, or nearly."""

    calls: tuple[str, ...] = ()
    """As a reader would write them: `f([1])`."""
    answers: tuple[tuple[Answer | None, ...] | None, ...] = ()
    """Per patch, its answer to each call; None where that is not known."""
    cpu_seconds: float = 0.0
    examples: tuple[Examples | None, ...] = ()
    """Per patch; None where there are none, or they could not be tried."""


Grade = Literal["weak", "moderate", "strong"]
GRADES: tuple[Grade, ...] = get_args(Grade)
"""Of evidence, the weakest first."""


@dataclass(frozen=True)
class Evidence:
    """How far a verified fix is to be believed, with the facts under the grade."""

    grade: Grade
    covering_tests: int | None = None
    """Tests that execute the changed lines, targets included; None when coverage is unknown."""
    mutants_killed: int | None = None
    mutants_total: int | None = None
    agreeing_candidates: int = 0
    """Other candidates, found independently, that pass the same tests."""
    compared_calls: int = 0
    """Calls on which the fix and other passing changes were compared; 0 when there was none to compare it with."""
    same_behaviour: int = 0
    """Other passing changes that gave the same in every one of those calls."""
    other_behaviour: int = 0
    """Other passing changes that did not: the tests leave open which is right."""
    distinguishing: str = ""
    """A call that tells two of them apart, with what each gives; empty when none was found."""
    notes: tuple[str, ...] = ()
    """Plain sentences: what makes the grade what it is."""

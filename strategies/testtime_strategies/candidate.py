"""The strategies' words: the problem, the moves that can be made on it, and what came of them. Frozen values only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from testtime_sandbox.patch import Patch
from testtime_sandbox.snapshot import Snapshot
from testtime_sandbox.verdict import Baseline, Evidence, Isolation, TestId, TestResult, Verdict

from .budget import Ceilings, EffortName, ReasoningEffort, Spend


@dataclass(frozen=True)
class SuspiciousLine:
    """A line that may hold the fault. `line` is 1-based, `score` is in (0, 1], 1 the most suspicious."""

    path: str
    line: int
    score: float


@dataclass(frozen=True)
class Problem:
    """What is to be repaired: a snapshot, the tests that must pass, and where the fault may be."""

    snapshot: Snapshot
    baseline: Baseline
    targets: tuple[TestId, ...]
    suspicious: tuple[SuspiciousLine, ...] = ()
    """Most suspicious first; never in a test file or another untouchable one."""
    intent: str = ""
    """What the user said they want, in their words; may be empty."""
    excluded: frozenset[str] = frozenset()
    """Paths whose text must never be sent to a model (secrets, `testtime.exclude`)."""

    @property
    def failures(self) -> tuple[TestResult, ...]:
        """The targets' baseline results, in order."""
        return tuple(self.baseline.results[target] for target in self.targets)


# ── moves ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Mutate:
    """Try a zero-token patch. `operator` names the template family; `line` (1-based) is where it was applied."""

    patch: Patch
    operator: str
    path: str
    line: int

    @property
    def is_combined(self) -> bool:
        """Whether it is two changes at once, named `one + other`."""
        return " + " in self.operator


@dataclass(frozen=True)
class Draft:
    """Ask a model for a patch from scratch. `variant` picks wording and shown context, counted from 0."""

    variant: int = 0
    temperature: float | None = None
    model: int = 0
    """Rung of the cascade, 0 the cheapest."""
    reasoning: ReasoningEffort | None = None
    critique: Candidate | None = None
    """Its reply explains what a family of candidates got wrong; the draft is told."""
    branch: bool = False
    """Of a model that only goes on from code: not drawn at random, but the likeliest way in which it would go on
    otherwise than the code stands and that was not tried (after CoT-decoding, arXiv 2402.10200).
    """


@dataclass(frozen=True)
class Repair:
    """Self-correction: show the model what a candidate changed and what still fails (Self-Refine, 2303.17651)."""

    parent: Candidate
    temperature: float | None = None
    model: int = 0
    reasoning: ReasoningEffort | None = None


@dataclass(frozen=True)
class Critique:
    """Ask why a family of candidates is wrong, which breaks a misconception that they share. It has no patch: its
    `reply` is the explanation, for `Draft.critique`.
    """

    parents: tuple[Candidate, ...]
    model: int = 0
    reasoning: ReasoningEffort | None = None


@dataclass(frozen=True)
class Gather:
    """A draft that may look before it answers: read-only tools, each reply of it counted as a sample."""

    variant: int = 0
    temperature: float | None = None
    model: int = 0
    reasoning: ReasoningEffort | None = None


Move = Mutate | Draft | Repair | Critique | Gather


class Rejection(StrEnum):
    """Why a candidate never reached a test."""

    UNPARSABLE = "unparsable"
    """No patch could be read from the reply, or it does not apply exactly."""
    EMPTY = "empty"
    """The patch changes nothing."""
    SYNTAX = "syntax error"
    DUPLICATE = "duplicate"
    """The same normalised syntax tree was tried before."""
    BUDGET = "over budget"
    """Another reply could have passed a ceiling, so none was asked for."""
    MODEL = "model error"
    """The endpoint failed after all retries; nothing was proposed."""
    NO_PATCH = "no patch"
    """The move was to explain, not to propose: its reply is what it is for."""


@dataclass(frozen=True)
class Candidate:
    """One attempt. Exactly one of `verdict` and `rejection` is set once it has been judged."""

    id: str
    """Short and unique within the repair: the move's letter and a number, "m12" for a mutation, "d3" for a draft."""
    move: Move
    spend: Spend
    patch: Patch | None = None
    verdict: Verdict | None = None
    rejection: Rejection | None = None
    detail: str = ""
    """One sentence behind the rejection."""
    reply: str = ""
    """The model's text, kept so that a repair can show it its own words."""
    looks: tuple[str, ...] = ()
    """What a `Gather` looked at, in order: "read_file calc.py"."""

    @property
    def parents(self) -> tuple[str, ...]:
        """Ids of the candidates this one was made from."""
        match self.move:
            case Repair(parent=parent):
                return (parent.id,)
            case Critique(parents=parents):
                return tuple(parent.id for parent in parents)
            case Draft(critique=Candidate(id=critique)):
                return (critique,)
            case _:
                return ()

    @property
    def parent(self) -> str | None:
        """Id of the candidate this one was made from, the first when there are several."""
        return next(iter(self.parents), None)

    @property
    def progress(self) -> float:
        """The verdict's progress towards the targets, 0 without one."""
        return self.verdict.progress if self.verdict else 0.0


class Stopped(StrEnum):
    """Why a repair ended."""

    VERIFIED = "verified"
    NOT_WORTH_IT = "not worth another move"
    """The policy expects less of any further move than it costs."""
    EXHAUSTED = "nothing left to try"
    CEILING = "ceiling"
    """Another reply could pass the ceiling of samples, tokens or USD."""
    SECONDS = "time"
    MODEL = "model trouble"
    """The endpoint failed after all retries, and nothing else was left."""


@dataclass(frozen=True)
class Outcome:
    """How a repair ended: `fix` is the verified candidate, or None with `reason` saying why there is none."""

    fix: Candidate | None
    reason: str
    evidence: Evidence | None
    candidates: tuple[Candidate, ...]
    spend: Spend
    effort: EffortName
    ceilings: Ceilings
    isolation: Isolation
    model: str | None = None
    sent: Mapping[str, int] = field(default_factory=dict[str, int])
    """Path → characters of it that were put into prompts."""
    samples: int = 0
    """Model replies asked for, those cancelled or given no patch included."""
    notes: tuple[str, ...] = ()
    """What the user should know of the models, in sentences: a price that is unknown, a model that failed."""
    stopped: Stopped = Stopped.EXHAUSTED
    """Why the search ended; `reason` says it in a sentence."""

    @property
    def moves(self) -> Mapping[str, int]:
        """How many moves of each kind ended ("mutate", "draft", "repair", …), in the order they were first made."""
        return Counter(type(candidate.move).__name__.lower() for candidate in self.candidates)

    @property
    def verified(self) -> bool:
        """True when there is a fix that met the whole definition of verified."""
        return self.fix is not None

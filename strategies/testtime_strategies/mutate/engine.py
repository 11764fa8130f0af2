"""`Mutator`: candidate repairs in descending probability, made only when they are asked for.

The queue is best-first. A *file* opens into its units' *statements*, a statement into *families* (one operator at one
statement), and a family gives its edits one by one. The priority of an edit is

    suspiciousness of the statement x prior of the operator x its share of the family x cheapness x what was learned

so whatever cannot be among the best is never made. `tell` feeds back what the tests said: lines, functions and
operators whose candidates moved the failing tests forward weigh more, and such a candidate becomes the base of
second-order ones, one more edit in the same function.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.verdict import Judgement, Verdict

from ..candidate import Mutate, Problem
from .edit import Edit, apply
from .fingerprint import fingerprint
from .priors import PRIORS
from .scope import ModuleScope, Scope, Words
from .source import Source, Unit, header_nodes
from .suspicion import scored_units, suspicious_lines, test_path, test_words
from .template import Site, Template
from .templates import TEMPLATES

SPREAD = 0.75
"""How far a family's prior is spread over its edits: 0 not at all, 1 evenly."""
SECOND_ORDER = 0.5
"""Priority of a second edit on a base that brought the tests all the way, relative to a first edit."""
MAX_BASES = 24
"""Candidates that are developed further, at most, unless everything else is used up."""
CHEAP_CHARACTERS = 120
"""Added characters that halve an edit's priority."""
_HIGHEST = max(PRIORS.values())


@dataclass
class _Base:
    """A text that edits are made on: the original, or a candidate that came closer."""

    path: str
    text: str
    discount: float
    operators: tuple[str, ...] = ()
    line: int | None = None
    only: str | None = None
    """Qualified name of the unit to edit; None for all suspicious ones."""


@dataclass
class _Family:
    """The edits of one operator at one statement, the best last."""

    base: _Base
    unit: Unit
    operator: str
    line: int
    score: float
    edits: list[Edit] = field(default_factory=list[Edit])
    total: float = 1.0

    @property
    def priority(self) -> float:
        """The next edit's priority before anything was learned."""
        edit = self.edits[-1]
        size = sum(max(0, len(splice.text) - (splice.end - splice.start)) for splice in edit.splices)
        cheap = CHEAP_CHARACTERS / (CHEAP_CHARACTERS + size)
        prior = PRIORS[edit.operator or self.operator]
        return self.base.discount * self.score * prior * cheap * edit.weight / self.total**SPREAD


@dataclass
class _Pending:
    """A statement whose families are not made yet."""

    base: _Base
    scope: Scope
    unit: Unit
    statement_index: int
    line: int
    score: float

    @property
    def priority(self) -> float:
        """No family of the statement can have more."""
        return self.base.discount * self.score * _HIGHEST


class Mutator:
    """A lazy queue of zero-token candidates for one problem. Mutable; give each repair its own."""

    def __init__(self, problem: Problem, *, seed: int = 0) -> None:
        self._problem = problem
        self._random = random.Random(seed)
        self._words: Words | None = None
        self._lines = suspicious_lines(problem)
        self._seen: set[tuple[str, str, bytes]] = set()
        self._texts: dict[str, str] = {}
        self._heap: list[tuple[float, int, _Family | _Pending | _Base]] = []
        self._order = itertools.count()
        self._gains: dict[tuple[str, ...], float] = {}
        self._bases_made = 0
        self._tried: list[tuple[Mutate, _Base, str]] = []
        self._origin: dict[str, tuple[_Base, str]] = {}
        self.edits_made = 0
        """Edits enumerated so far, before duplicates and broken ones were dropped."""
        top = max((score for scores in self._lines.values() for score in scores.values()), default=1.0)
        for path, scores in self._lines.items():
            try:
                text = problem.snapshot.read(path)
            except (KeyError, UnicodeDecodeError):
                continue
            self._texts[path] = text
            self._lines[path] = {line: score / top for line, score in scores.items()}
            self._push(_Base(path, text, 1.0))

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────────

    def next(self) -> Mutate | None:
        """The best candidate not yet handed out: it compiles and differs from all before. None when used up."""
        while self._heap or self._widen():
            _, _, entry = heapq.heappop(self._heap)
            if isinstance(entry, _Base):
                self._open_base(entry)
            elif isinstance(entry, _Pending):
                self._open_statement(entry)
            else:
                move = self._take(entry)
                if move is not None:
                    return move
        return None

    def _take(self, family: _Family) -> Mutate | None:
        """The family's best edit as a move, unless it is broken or known."""
        edit = family.edits.pop()
        if family.edits:
            self._push(family)
        base, unit = family.base, family.unit
        if any(splice.start < unit.start or splice.end > unit.end for splice in edit.splices):
            return None
        shift = [type(s)(s.start - unit.start, s.end - unit.start, s.text) for s in edit.splices]
        segment = apply(base.text[unit.start : unit.end], tuple(shift))
        if segment is None:
            return None
        mark = fingerprint(segment)
        key = (base.path, f"{unit.qualname}:{unit.first}", mark or b"")
        if mark is None or key in self._seen:
            return None
        self._seen.add(key)
        after = base.text[: unit.start] + segment + base.text[unit.end :]
        operator = edit.operator or family.operator
        line = base.line or family.line
        patch = Patch((FileEdit(base.path, self._texts[base.path], after),))
        move = Mutate(patch, "+".join((*base.operators, operator)), base.path, line)
        self._origin[patch.digest] = (base, unit.qualname)
        if not base.operators:
            self._tried.append((move, base, unit.qualname))
        return move

    def _open_base(self, base: _Base) -> None:
        """Queue the statements of a text's suspicious units."""
        try:
            source = Source(base.path, base.text)
        except (SyntaxError, ValueError, RecursionError):
            return
        if self._words is None:
            self._words = test_words(self._problem)
        module = ModuleScope(source)
        for scored in scored_units(source, self._shifted(base)):
            unit = scored.unit
            if base.only is not None and unit.qualname != base.only:
                continue
            mark = fingerprint(base.text[unit.start : unit.end])
            self._seen.add((base.path, f"{unit.qualname}:{unit.first}", mark or b""))
            observed = self._problem.baseline.observed.get((base.path, unit.qualname), {})
            scope = Scope(unit, module, observed, self._words)
            for index, statement in enumerate(unit.statements):
                score = scored.scores[statement]
                self._push(_Pending(base, scope, unit, index, statement.lineno, score))

    def _shifted(self, base: _Base) -> dict[int, float]:
        """The suspicious lines as they are numbered in the base's text."""
        lines = self._lines[base.path]
        if base.line is None:
            return lines
        grown = base.text.count("\n") - self._texts[base.path].count("\n")
        return {line if line < base.line else max(base.line, line + grown): score for line, score in lines.items()}

    def _open_statement(self, pending: _Pending) -> None:
        """Make the families of a statement."""
        for family in self._families(pending):
            self.edits_made += len(family.edits)
            self._push(family)

    def _families(self, pending: _Pending) -> Iterator[_Family]:
        statement = pending.unit.statements[pending.statement_index]
        found: dict[str, _Family] = {}
        for node in header_nodes(statement):
            for template in _templates_for(type(node)):
                edits = list(template.generate(Site(node, statement, pending.unit, pending.scope)))
                if not edits:
                    continue
                family = found.get(template.operator)
                if family is None:
                    family = _Family(pending.base, pending.unit, template.operator, pending.line, pending.score)
                    found[template.operator] = family
                family.edits.extend(edits)
        for family in found.values():
            family.total = max(1.0, sum(edit.weight for edit in family.edits))
            self._random.shuffle(family.edits)
            family.edits.sort(key=lambda edit: edit.weight)
            yield family

    def _push(self, entry: _Family | _Pending | _Base) -> None:
        heapq.heappush(self._heap, (-self._priority(entry), next(self._order), entry))

    def _priority(self, entry: _Family | _Pending | _Base) -> float:
        if isinstance(entry, _Base):
            best = max(self._lines[entry.path].values(), default=0.0)
            return entry.discount * best * _HIGHEST * 100
        gain = self._gain("line", entry.base.path, str(entry.line)) * self._gain("unit", entry.unit.qualname)
        if isinstance(entry, _Family):
            gain *= self._gain("operator", entry.operator)
        return entry.priority * gain

    def _gain(self, *key: str) -> float:
        return 1.0 + self._gains.get(key, 0.0)

    def _learn(self, gain: float, *key: str) -> None:
        self._gains[key] = max(gain, self._gains.get(key, 0.0))

    # ── hearing ──────────────────────────────────────────────────────────────────────────────────────────────

    def tell(self, move: Mutate, verdict: Verdict) -> None:
        """Hear how a candidate did: what came closer weighs more and is developed further."""
        closeness = self._closeness(verdict)
        origin = self._origin.pop(move.patch.digest, None)
        if closeness <= 0 or verdict.passed or origin is None:
            return
        base, qualname = origin
        first = move.operator.split("+")[-1]
        self._learn(2 * closeness, "line", move.path, str(move.line))
        self._learn(closeness, "unit", qualname)
        self._learn(closeness / 2, "operator", first)
        self._heap = [(-self._priority(entry), order, entry) for _, order, entry in self._heap]
        heapq.heapify(self._heap)
        if not base.operators and self._bases_made < MAX_BASES:
            self._develop(move, qualname, SECOND_ORDER * closeness)

    def _develop(self, move: Mutate, qualname: str, discount: float) -> None:
        """Make a candidate the base of second-order ones."""
        after = move.patch.edits[0].after
        assert after is not None
        self._bases_made += 1
        self._push(_Base(move.path, after, discount, (move.operator,), move.line, qualname))

    def _closeness(self, verdict: Verdict) -> float:
        """How much nearer to passing than the unpatched code, 0 to 1."""
        if verdict.judgement is Judgement.REGRESSED:
            return 0.6
        if verdict.judgement in (Judgement.REJECTED, Judgement.TIMEOUT, Judgement.CRASHED):
            return 0.0
        return max(verdict.progress, 0.3 * self._later_assertion(verdict))

    def _later_assertion(self, verdict: Verdict) -> bool:
        """True when a target fails at a later line of its test than it did before."""
        for target in self._problem.targets:
            before, now = self._problem.baseline.results.get(target), verdict.results.get(target)
            if before is None or now is None or not before.frames or not now.frames:
                continue
            path = test_path(target)
            if before.frames[0].path == now.frames[0].path == path and now.frames[0].line > before.frames[0].line:
                return True
        return False

    def _widen(self) -> bool:
        """When single edits are used up, develop the likeliest of them; False when those are used up too."""
        if not self._tried:
            return False
        move, _, qualname = self._tried.pop(0)
        self._develop(move, qualname, 0.1)
        return True


_BY_NODE: dict[type, tuple[Template, ...]] = {}


def _templates_for(node: type) -> tuple[Template, ...]:
    """The templates of a node type."""
    if node not in _BY_NODE:
        _BY_NODE[node] = tuple(template for template in TEMPLATES if node in template.nodes)
    return _BY_NODE[node]

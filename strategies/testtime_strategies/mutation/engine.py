"""`Mutator`: every template's candidates for every suspicious statement, likeliest first, re-weighted while running.

The queue is best-first and lazy: a template runs at a statement when it could have the best candidate there, as far as
what it gave elsewhere tells. The priority of a candidate is

    suspiciousness of its statement × prior of its template × its share of the template's candidates there × cheapness

times what was learnt: lines, functions and templates whose candidates moved the failing tests forward weigh more, those
that only ran into the time limit less. Such candidates are combined with others; when single changes are used up, the
likeliest are combined in any case.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import heapq
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.verdict import Judgement, Stage, Verdict

from ..candidate import Mutate, Problem
from . import families as _families  # registers the templates
from .marks import mark
from .priors import PRIORS
from .scope import Scope
from .source import Edit, Function, Source, apply
from .template import TEMPLATES, Template
from .words import hinted, test_words

assert _families.__all__

ELSEWHERE = 0.35
"""What a line of a suspicious function is worth when it is not itself suspicious, relative to the function's best."""
SPREAD = 0.6
"""How far a template's prior is shared out among its candidates at one statement: 0 not at all, 1 in full."""
UNUSED, HINTED = 4.0, 2.0
"""How much more an edit is worth that brings in a name which nothing reads yet, or one that the docstring suggests."""
LINE_GAIN, PLACE_GAIN, OPERATOR_GAIN = 2.0, 1.0, 0.5
"""How much more a line, a function, a template weighs once a candidate of it brought all targets but a few to pass."""
SLOW = 0.85
"""What each candidate that ran into the time limit leaves of its template's weight at that line."""
AGAIN = 0.2
"""What a candidate that ran into the time limit is worth when it is its turn once more: it may be right and slow."""
MOST_PAIRED = 12
"""First-order edits that moved the tests forward, kept for second-order pairs."""
PARTNERS = 150
"""Waiting edits that one which moved the tests forward is combined with."""
PAIR_PRIOR = 0.5
"""What a pair is worth beside a single edit, before its first half's progress counts."""
LAST_RESORT = 40
"""The likeliest single edits, combined with each other when nothing else is left."""


MOST_OPENED = 48
"""Templates run at statements before something is tried: hundreds of a large file are equally suspicious."""


@dataclass(frozen=True)
class _Proposal:
    """One candidate before it is made: the edits and where they come from."""

    edits: tuple[Edit, ...]
    operator: str
    place: _Place
    line: int
    value: float
    single: bool = True
    again: bool = False
    """It was given before, and ran into the time limit."""


@dataclass(eq=False)
class _Place:
    """A function (or a module's own statements) that may hold the fault."""

    scope: Scope
    score: float
    lines: dict[int, float]

    @cached_property
    def likely(self) -> _Likely:
        """What speaks for an edit here."""
        return _Likely(self.scope.source.text, self.scope.unused, hinted(self.scope.documentation))

    def suspicion(self, line: int) -> float:
        """How suspicious a line of it is, 0 to 1."""
        return max(self.lines.get(line, 0.0), ELSEWHERE * self.score)


@dataclass(frozen=True, eq=False)
class _Statement:
    """A statement's own nodes (not those of statements inside it), whose templates have not run yet."""

    place: _Place
    line: int
    score: float
    nodes: tuple[ast.AST, ...]

    def works(self) -> Iterator[_Work]:
        """Each template that something of the statement is for."""
        wanted: dict[str, list[ast.AST]] = {}
        for node in self.nodes:
            for known in _templates_for(type(node)):
                wanted.setdefault(known.name, []).append(node)
        for known in TEMPLATES:
            if known.name in wanted:
                yield _Work(self, known, tuple(wanted[known.name]))


@dataclass(frozen=True, eq=False)
class _Work:
    """A template that has not run at a statement yet, and the nodes it is for."""

    statement: _Statement
    template: Template
    nodes: tuple[ast.AST, ...]


@functools.cache
def _templates_for(kind: type[ast.AST]) -> tuple[Template, ...]:
    return tuple(known for known in TEMPLATES if issubclass(kind, known.nodes))


class Mutator:
    """A lazy, ordered stream of mutations. Mutable by design: it is asked thousands of times a second.

    Deterministic: the order depends only on the problem and on what it was told.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._words = test_words(problem)
        self._sources: dict[str, Source | None] = {}
        self._gains: dict[object, float] = {}
        self._slow: dict[object, float] = defaultdict(lambda: 1.0)
        self._seen: set[bytes] = set()
        self._heap: list[tuple[float, int, _Proposal]] = []
        self._closed: list[tuple[float, int, _Statement | _Work]] = []
        self._best: dict[str, tuple[float, int]] = defaultdict(lambda: (1.0, 1))
        """Template → sum and number of what its best candidate at a statement was worth beside its prior."""
        self._numbers = itertools.count()
        self._given: dict[str, _Proposal] = {}
        self._promising: list[_Proposal] = []
        self._likeliest: list[_Proposal] = []
        self._best_prior = max(PRIORS.values())
        for place in self._find_places():
            for statement in _statements(place):
                self._close(statement)

    def next(self) -> Mutate | None:
        """The most promising mutation not yet given, or None when there is none left."""
        opened = 0
        while self._heap or self._closed or self._last_resort():
            while self._closed and (not self._heap or (opened < MOST_OPENED and self._closed[0][0] < self._heap[0][0])):
                opened += self._open()
            if not self._heap:
                continue
            _, _, entry = heapq.heappop(self._heap)
            move = self._make(entry)
            if move is not None:
                self._given[move.patch.digest] = entry
                if entry.single and len(self._likeliest) < LAST_RESORT:
                    self._likeliest.append(entry)
                return move
        return None

    def tell(self, move: Mutate, verdict: Verdict) -> None:
        """Hear how a mutation did: what moved the targets forward raises its line, function and template."""
        proposal = self._given.pop(move.patch.digest, None)
        if proposal is None:
            return
        if verdict.judgement is Judgement.TIMEOUT:
            self._slow[proposal.operator, proposal.place, proposal.line] *= SLOW
            if verdict.stage is Stage.SCREENED and not proposal.again:
                self._push(replace(proposal, value=AGAIN * proposal.value, again=True))
        if verdict.passed or verdict.progress <= 0:
            return
        progress = verdict.progress
        raised = self._learn(LINE_GAIN * progress, (proposal.place, proposal.line))
        raised |= self._learn(PLACE_GAIN * progress, proposal.place)
        raised |= self._learn(OPERATOR_GAIN * progress, proposal.operator)
        if proposal.single:
            self._pair(proposal, progress)
        if raised:
            self._heap = [(-self._priority(entry), number, entry) for _, number, entry in self._heap]
            self._closed = [(-self._promise(entry), number, entry) for _, number, entry in self._closed]
            heapq.heapify(self._heap)
            heapq.heapify(self._closed)

    # ── places ───────────────────────────────────────────────────────────────────────────────────────────────

    def _find_places(self) -> Iterator[_Place]:
        """The functions that hold suspicious lines, and modules' own statements."""
        by_path: dict[str, dict[int, float]] = defaultdict(dict)
        for suspect in self._problem.suspicious:
            by_path[suspect.path][suspect.line] = suspect.score
        for path, lines in by_path.items():
            source = self._source(path)
            if source is None:
                continue
            rest = dict(lines)
            for function, qualified in source.functions():
                assert function.end_lineno is not None
                own = {line: s for line, s in lines.items() if function.lineno <= line <= function.end_lineno}
                inner = [f for f in ast.walk(function) if isinstance(f, Function) and f is not function]
                own = {
                    line: s for line, s in own.items() if not any(f.lineno < line <= (f.end_lineno or 0) for f in inner)
                }
                # The `def` line runs at import, for every test: alone it says nothing of the body.
                if any(line > function.lineno or function.lineno == function.end_lineno for line in own):
                    observed = self._problem.baseline.observed.get((path, qualified), {})
                    yield _Place(Scope(source, function, qualified, observed, self._words), max(own.values()), own)
                for line in range(function.lineno, function.end_lineno + 1):
                    rest.pop(line, None)
            if rest:
                yield _Place(Scope(source, None, "", words=self._words), 0.5 * max(rest.values()), rest)

    def _source(self, path: str) -> Source | None:
        if path not in self._sources:
            source = None
            if path.endswith(".py"):
                with contextlib.suppress(KeyError, SyntaxError, ValueError, RecursionError):
                    source = Source(path, self._problem.snapshot.read(path))
            self._sources[path] = source
        return self._sources[path]

    # ── the queue ────────────────────────────────────────────────────────────────────────────────────────────

    def _open(self) -> bool:
        """Go on with the most promising of what has not run: whether a template ran."""
        promised, number, entry = heapq.heappop(self._closed)
        if isinstance(entry, _Statement):
            for work in entry.works():
                self._close(work)
            return False
        promise = -self._promise(entry)
        if promise > promised * 0.99 and self._closed:  # its template has given less elsewhere since it was queued
            heapq.heappush(self._closed, (promise, number, entry))
            return False
        for proposal in self._propose(entry):
            self._push(proposal)
        return True

    def _propose(self, work: _Work) -> list[_Proposal]:
        """Everything that a template has for a statement."""
        statement, known = work.statement, work.template
        scope = statement.place.scope
        found: list[tuple[float, list[Edit]]] = []
        for node in work.nodes:
            weight = 1.0
            for edits in known.generate(node, scope):
                found.append((weight * _cheapness(edits) * statement.place.likely.factor(edits), edits))
                weight *= known.decay
        if not found:
            return []
        share = max(1.0, sum(weight for weight, _ in found)) ** SPREAD
        total, count = self._best[known.name]
        self._best[known.name] = (total + max(weight for weight, _ in found) / share, count + 1)
        value = statement.score * known.prior / share
        return [
            _Proposal(tuple(edits), known.name, statement.place, statement.line, value * weight)
            for weight, edits in found
        ]

    def _push(self, entry: _Proposal) -> None:
        heapq.heappush(self._heap, (-self._priority(entry), next(self._numbers), entry))

    def _close(self, entry: _Statement | _Work) -> None:
        heapq.heappush(self._closed, (-self._promise(entry), next(self._numbers), entry))

    def _priority(self, entry: _Proposal) -> float:
        """A candidate's value with what was learnt."""
        return entry.value * self._learnt(entry.place, entry.line, entry.operator)

    def _promise(self, entry: _Statement | _Work) -> float:
        """What the best candidate there may be worth: of a statement at most, of a template as far as one can tell."""
        if isinstance(entry, _Statement):
            gain = (1 + self._gain((entry.place, entry.line))) * (1 + self._gain(entry.place))
            return entry.score * self._best_prior * gain
        statement, name = entry.statement, entry.template.name
        total, count = self._best[name]
        worth = statement.score * entry.template.prior * total / count
        return worth * self._learnt(statement.place, statement.line, name)

    def _learnt(self, place: _Place, line: int, operator: str) -> float:
        gain = (1 + self._gain((place, line))) * (1 + self._gain(place)) * (1 + self._gain(operator))
        return gain * self._slow.get((operator, place, line), 1.0)

    def _gain(self, key: object) -> float:
        return self._gains.get(key, 0.0)

    def _learn(self, gain: float, key: object) -> bool:
        """Whether that is news."""
        news = gain > self._gain(key) + 0.01
        if news:
            self._gains[key] = gain
        return news

    def _pair(self, proposal: _Proposal, progress: float) -> None:
        """Combine an edit that moved the tests forward with the others that did, and with its function's best."""
        for other in self._promising[:MOST_PAIRED]:
            self._push_pair(proposal, other, proposal.value + other.value)
        self._promising.append(proposal)
        if len(self._promising) <= MOST_PAIRED:
            waiting = [entry for _, _, entry in self._heap if entry.single]
            waiting = [entry for entry in waiting if entry.place is proposal.place] + self._likeliest
            for other in heapq.nlargest(PARTNERS, waiting, key=lambda entry: entry.value):
                self._push_pair(proposal, other, PAIR_PRIOR * progress * other.value)

    def _push_pair(self, one: _Proposal, other: _Proposal, value: float) -> None:
        if one.place.scope.source is not other.place.scope.source or one is other:
            return
        name = f"{one.operator} + {other.operator}"
        self._push(_Proposal((*one.edits, *other.edits), name, other.place, other.line, value, single=False))

    def _last_resort(self) -> bool:
        """Pairs of the likeliest single edits, once everything else was tried; whether there are any."""
        likeliest, self._likeliest = self._likeliest, []
        for one, other in itertools.combinations(likeliest, 2):
            self._push_pair(one, other, one.value * other.value)
        return bool(self._heap)

    # ── patches ──────────────────────────────────────────────────────────────────────────────────────────────

    def _make(self, proposal: _Proposal) -> Mutate | None:
        """The move, or None for one that does not compile, changes nothing, or was given before."""
        source, function = proposal.place.scope.source, proposal.place.scope.function
        text = apply(source.text, proposal.edits)
        if text is None or text == source.text:
            return None
        found = mark(source, function, text)
        if found is None or (found in self._seen and not proposal.again):
            return None
        self._seen.add(found)
        patch = Patch((FileEdit(source.path, source.text, text),))
        return Mutate(patch, proposal.operator, source.path, proposal.line)


@dataclass(frozen=True)
class _Likely:
    """What speaks for an edit beside its template."""

    text: str
    unused: frozenset[str]
    hinted: frozenset[str]

    def factor(self, edits: list[Edit]) -> float:
        """More than 1 for an edit that brings in a name that nothing reads yet, or one that the docstring suggests."""
        if not self.unused and not self.hinted:
            return 1.0
        new: set[str] = set()
        for edit in edits:
            new.update(_NAME.findall(edit.text))
            new.difference_update(_NAME.findall(self.text, edit.start, edit.end))
        return (UNUSED if new & self.unused else 1.0) * (HINTED if new & self.hinted else 1.0)


_NAME = re.compile(r"[^\W\d]\w*")


def _statements(place: _Place) -> Iterator[_Statement]:
    """The place's statements, each with the nodes that are its own."""
    scope = place.scope
    nodes: dict[ast.AST | None, list[ast.AST]] = {}
    owner: ast.stmt | None = None
    for node in scope.nodes:
        owner = scope.statement_of(node)
        nodes.setdefault(owner, []).append(node)
    for _statement, own in nodes.items():
        lines = {line for node in own if (line := _line_of(node)) is not None}
        first = min(lines, default=0)
        if first:
            score = max(place.suspicion(line) for line in lines)
            yield _Statement(place, first, score, tuple(own))


def _cheapness(edits: list[Edit]) -> float:
    """1 for a small edit, less for a large one."""
    size = sum(max(len(edit.text), edit.end - edit.start) for edit in edits)
    return 1.0 / (1.0 + size / 120)


def _line_of(node: ast.AST) -> int | None:
    """A line for nodes that have none of their own (slices, comprehensions)."""
    line: int | None = getattr(node, "lineno", None)
    return line or next((child.lineno for child in ast.walk(node) if isinstance(child, ast.expr | ast.stmt)), None)

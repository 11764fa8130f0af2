"""`Mutator`: every template's candidates for every suspicious function, likeliest first, re-weighted while running."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import heapq
import itertools
import warnings
from collections import defaultdict
from dataclasses import dataclass
from typing import ClassVar

from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.verdict import Verdict

from ..candidate import Mutate, Problem
from . import families as _families  # registers the templates
from .scope import Scope, TestWords
from .source import Edit, Function, Source, apply
from .template import TEMPLATES

assert _families.__all__

ELSEWHERE = 0.35
"""What a line of a suspicious function is worth when it is not itself suspicious, relative to the function's best."""
LEARNING = 0.5
"""How far an operator's or a function's weight moves towards what its candidates achieved."""
MOST_PAIRED = 12
"""First-order edits kept for second-order pairs."""
PAIR_PRIOR = 0.35


@dataclass(frozen=True)
class _Proposal:
    """One candidate before it is made: the edits and where they come from."""

    edits: tuple[Edit, ...]
    operator: str
    place: _Place
    line: int


@dataclass(eq=False)
class _Place:
    """A function (or a module's own statements) that may hold the fault."""

    scope: Scope
    score: float
    lines: dict[int, float]
    weight: float = 1.0

    def suspicion(self, line: int) -> float:
        """How suspicious a line of it is, 0 to 1."""
        return max(self.lines.get(line, 0.0), ELSEWHERE * self.score)


class Mutator:
    """A lazy, ordered stream of mutations. Mutable by design: it is asked thousands of times a second.

    Deterministic: the order depends only on the problem and on what it was told.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._words = _test_words(problem)
        self._sources: dict[str, Source | None] = {}
        self._operator_weight: dict[str, float] = defaultdict(lambda: 1.0)
        self._seen: set[bytes] = set()
        self._heap: list[tuple[float, int, _Proposal]] = []
        self._numbers = itertools.count()
        self._given: dict[str, _Proposal] = {}
        self._promising: list[_Proposal] = []
        self._baseline_progress = 0.0
        self._places = sorted(self._find_places(), key=lambda place: -place.score)
        self._best_prior = max(template.prior for template in TEMPLATES)

    def next(self) -> Mutate | None:
        """The most promising mutation not yet given, or None when there is none left."""
        while True:
            self._expand()
            if not self._heap:
                return None
            priority, _, proposal = heapq.heappop(self._heap)
            current = -self._priority_now(proposal, -priority)
            if current > priority + 1e-9 and self._heap and current > self._heap[0][0]:
                heapq.heappush(self._heap, (current, next(self._numbers), proposal))
                continue
            move = self._make(proposal)
            if move is not None:
                self._given[move.patch.digest] = proposal
                return move

    def tell(self, move: Mutate, verdict: Verdict) -> None:
        """Hear how a mutation did: what moved the targets forward raises its operator and its function."""
        proposal = self._given.pop(move.patch.digest, None)
        if proposal is None:
            return
        moved = verdict.progress > self._baseline_progress
        if moved:
            self._operator_weight[proposal.operator] += LEARNING * verdict.progress
            proposal.place.weight += LEARNING * verdict.progress
            if not verdict.passed:
                self._pair(proposal)

    # ── places ───────────────────────────────────────────────────────────────────────────────────────────────

    def _find_places(self) -> list[_Place]:
        """The functions that hold suspicious lines, and modules' own statements."""
        by_path: dict[str, dict[int, float]] = defaultdict(dict)
        for suspect in self._problem.suspicious:
            by_path[suspect.path][suspect.line] = suspect.score
        places: list[_Place] = []
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
                    scope = Scope(source, function, qualified, observed, self._words)
                    places.append(_Place(scope, max(own.values()), own))
                for line in range(function.lineno, function.end_lineno + 1):
                    rest.pop(line, None)
            if rest:
                places.append(_Place(Scope(source, None, "", words=self._words), 0.5 * max(rest.values()), rest))
        return places

    def _source(self, path: str) -> Source | None:
        if path not in self._sources:
            source = None
            if path.endswith(".py"):
                with contextlib.suppress(KeyError, SyntaxError, ValueError, RecursionError):
                    source = Source(path, self._problem.snapshot.read(path))
            self._sources[path] = source
        return self._sources[path]

    # ── the queue ────────────────────────────────────────────────────────────────────────────────────────────

    def _expand(self) -> None:
        """Make the proposals of every place that could still beat the best one waiting."""
        while self._places:
            bound = self._places[0].score * self._best_prior
            if self._heap and -self._heap[0][0] >= bound:
                return
            self._propose(self._places.pop(0))

    def _propose(self, place: _Place) -> None:
        scope = place.scope
        for node in scope.nodes:
            line = getattr(node, "lineno", None) or _line_of(node)
            if line is None:
                continue
            suspicion = place.suspicion(line)
            for template in TEMPLATES:
                if not isinstance(node, template.nodes):
                    continue
                value = suspicion * template.prior
                for edits in template.generate(node, scope):
                    self._push(_Proposal(tuple(edits), template.name, place, line), value * _cheapness(edits))
                    value *= template.decay

    def _push(self, proposal: _Proposal, value: float) -> None:
        heapq.heappush(self._heap, (-value, next(self._numbers), proposal))

    def _priority_now(self, proposal: _Proposal, value: float) -> float:
        """A proposal's value with what was learnt of its operator and function since it was queued."""
        return value * min(3.0, self._operator_weight[proposal.operator] * proposal.place.weight)

    def _pair(self, proposal: _Proposal) -> None:
        """Combine an edit that moved the tests forward with the others that did, and with its function's best."""
        for other in self._promising[:MOST_PAIRED]:
            if other.place.scope.source is proposal.place.scope.source:
                self._push_pair(proposal, other, 1.0)
        self._promising.append(proposal)
        waiting = heapq.nsmallest(400, self._heap)
        for value, _, other in waiting:
            if other.place is proposal.place and " + " not in other.operator:
                self._push_pair(proposal, other, -value)

    def _push_pair(self, one: _Proposal, other: _Proposal, value: float) -> None:
        if " + " in one.operator or " + " in other.operator:
            return
        pair = _Proposal((*one.edits, *other.edits), f"{one.operator} + {other.operator}", one.place, one.line)
        self._push(pair, PAIR_PRIOR * value)

    # ── patches ──────────────────────────────────────────────────────────────────────────────────────────────

    def _make(self, proposal: _Proposal) -> Mutate | None:
        """The move, or None for one that does not compile, changes nothing, or was given before."""
        source, function = proposal.place.scope.source, proposal.place.scope.function
        text = apply(source.text, proposal.edits)
        if text is None or text == source.text:
            return None
        mark = _mark(source, function, text)
        if mark is None or mark in self._seen:
            return None
        self._seen.add(mark)
        patch = Patch((FileEdit(source.path, source.text, text),))
        return Mutate(patch, proposal.operator, source.path, proposal.line)


def _mark(source: Source, function: Function | None, text: str) -> bytes | None:
    """A hash of the changed code's syntax tree, None when it does not compile. Only the function is parsed again."""
    head = f"{source.path}:"
    wrapped = text
    if function is not None:
        assert function.end_lineno is not None
        first = min([function.lineno, *(d.lineno for d in function.decorator_list)])
        start = source.line_start(first)
        tail = len(source.text) - source.line_start(function.end_lineno + 1)
        piece = text[start : len(text) - tail]
        head += f"{function.lineno}:"
        wrapped = f"if 1:\n{piece}" if function.col_offset else piece
        if "nonlocal " in piece or "super()" in piece:
            wrapped = text  # only the whole file tells whether these are right
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(wrapped)
            compile(tree, "<mutation>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return None
    tree = _Plain().visit(tree)
    return hashlib.sha1((head + ast.dump(tree)).encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()


class _Plain(ast.NodeTransformer):
    """One writing for what always does the same: `a - -b` is `a + b`, `not a == b` is `a != b`."""

    _opposites: ClassVar[dict[type[ast.cmpop], type[ast.cmpop]]] = {
        ast.Eq: ast.NotEq,
        ast.NotEq: ast.Eq,
        ast.In: ast.NotIn,
        ast.NotIn: ast.In,
        ast.Is: ast.IsNot,
        ast.IsNot: ast.Is,
    }

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """A negated right operand."""
        self.generic_visit(node)
        if isinstance(node.op, ast.Add | ast.Sub) and isinstance(node.right, ast.UnaryOp):
            if isinstance(node.right.op, ast.USub):
                return ast.BinOp(
                    node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.right.operand
                )
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """A negated comparison."""
        self.generic_visit(node)
        inner = node.operand
        if isinstance(node.op, ast.Not) and isinstance(inner, ast.Compare) and len(inner.ops) == 1:
            opposite = self._opposites.get(type(inner.ops[0]))
            if opposite is not None:
                return ast.Compare(inner.left, [opposite()], inner.comparators)
        return node


def _cheapness(edits: list[Edit]) -> float:
    """1 for a small edit, less for a large one."""
    size = sum(max(len(edit.text), edit.end - edit.start) for edit in edits)
    return 1.0 / (1.0 + size / 120)


def _line_of(node: ast.AST) -> int | None:
    """A line for nodes that have none of their own (slices, comprehensions)."""
    return next((child.lineno for child in ast.walk(node) if isinstance(child, ast.expr | ast.stmt)), None)


def _test_words(problem: Problem) -> TestWords:
    """Names and exceptions that the failing tests' own source speaks of."""
    exceptions: dict[str, None] = {}
    names: set[str] = set()
    for target in problem.targets:
        path, _, rest = target.partition("::")
        name = rest.rsplit("::", 1)[-1].split("[")[0]
        try:
            tree = ast.parse(problem.snapshot.read(path))
        except (KeyError, SyntaxError, ValueError):
            continue
        for function in ast.walk(tree):
            if not isinstance(function, Function) or function.name != name:
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute):
                    names.add(node.attr)
                elif isinstance(node, ast.Name):
                    names.add(node.id)
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("raises", "assertRaises")):
                    exceptions |= {ast.unparse(argument): None for argument in node.args[:1]}
    plain = tuple(name for name in exceptions if name.isidentifier())
    error = next((failure.message for failure in problem.failures), "")
    return TestWords(plain, frozenset(names), error)

"""Expressions that agree with examples, smallest first: bottom-up enumeration with observational equivalence.

Of all expressions that give the same values on the examples only the smallest is built upon (Udupa et al., TRANSIT,
PLDI 2013, doi:10.1145/2491956.2462174; Albarghouthi et al., CAV 2013). Where none fits all examples, two that fit a
part each are joined by a condition that tells the parts apart (Alur et al., TACAS 2017). Only this file's own functions
are ever evaluated, on plain values; no code of a project runs here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .components import ATOM, COMPARISON, LONGEST, PRODUCT, STEPS, UNARY, joins
from .examples import Example

MOST_TERMS = 12_000
MOST_SIZE = 6
MOST_FOUND = 12


@dataclass(frozen=True)
class Term:
    """An expression with its value on each example."""

    text: str
    binding: int
    values: tuple[Any, ...]
    size: int

    def at(self, needed: int) -> str:
        """Its text where so tight a binding is needed."""
        return self.text if self.binding >= needed else f"({self.text})"

    @property
    def kind(self) -> str:
        """The type that all its values have; empty when they differ."""
        kinds = {type(value).__name__ for value in self.values}
        return kinds.pop() if len(kinds) == 1 else ""


def synthesise(examples: Sequence[Example], names: Sequence[str], constants: Mapping[str, Any]) -> Iterator[str]:
    """Expressions over `names` (parameters) and `constants` (text → value) that agree with every example.

    One that uses no parameter would only repeat what a test expects.
    """
    if not examples or not names:
        return
    yield from _templates(examples, names)
    yield from _Bank(examples).search(names, constants)


class _Bank:
    """The terms built so far, by size; one for each tuple of values."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._examples = examples
        self._by_size: dict[int, list[Term]] = {}
        self._seen: set[str] = set()
        self._tried = 0
        self._best: dict[int, Term] = {}
        """The smallest term that agrees with a set of examples, as bits."""
        self._conditions: dict[int, Term] = {}
        self._all = (1 << len(examples)) - 1

    def search(self, names: Sequence[str], constants: Mapping[str, Any]) -> Iterator[str]:
        """Grow the bank, size after size, until enough agree or too many were tried: first what joins two arguments."""
        found = 0
        leaves = [
            *((name, tuple(e.arguments[name] for e in self._examples), 1) for name in names),
            *((text, (value,) * len(self._examples), 2) for text, value in constants.items()),
        ]
        for size in range(1, MOST_SIZE + 1):
            grown = self._grow(size) if size > 1 else iter(())
            new = [Term(text, ATOM, values, at) for text, values, at in leaves if at == size]
            for term in itertools.chain(new, grown):
                if not self._keep(term):
                    continue
                if self._agreement(term) == self._all and any(name in term.text for name in names):
                    found += 1
                    yield term.text
                if found >= MOST_FOUND or self._tried >= MOST_TERMS:
                    break
            if found >= MOST_FOUND or self._tried >= MOST_TERMS:
                break
        if not found:
            yield from self._conditional()

    def _keep(self, term: Term) -> bool:
        """Take a term unless another has its values already."""
        self._tried += 1
        if any(_is_large(value) for value in term.values):
            return False
        mark = repr(term.values)
        if mark in self._seen:
            return False
        self._seen.add(mark)
        self._by_size.setdefault(term.size, []).append(term)
        agreement = self._agreement(term)
        if agreement:
            self._best.setdefault(agreement, term)
        if term.kind == "bool":
            self._conditions.setdefault(sum(value << n for n, value in enumerate(term.values)), term)
        return True

    def _agreement(self, term: Term) -> int:
        pairs = enumerate(zip(self._examples, term.values, strict=True))
        return sum(1 << n for n, (example, value) in pairs if example.agrees(value))

    def _grow(self, size: int) -> Iterator[Term]:
        for left_size in range(1, size - 1):
            lefts, rights = self._by_size.get(left_size, ()), self._by_size.get(size - 1 - left_size, ())
            for left, right in itertools.product(list(lefts), list(rights)):
                yield from _joined(left, right, size)
        for term in list(self._by_size.get(size - 1, ())):
            yield from _stepped(term, size)
        for term in list(self._by_size.get(size - 2, ())):
            yield from _mapped(term, size)

    def _conditional(self) -> Iterator[str]:
        """`a if condition else b`, where each of both agrees with what the other does not."""
        found: list[tuple[int, str]] = []
        for bits, condition in self._conditions.items():
            for wanted, other, yes in ((bits, self._all & ~bits, True), (self._all & ~bits, bits, False)):
                then = self._covering(wanted)
                otherwise = self._covering(other)
                if wanted and other and yes and then is not None and otherwise is not None:
                    text = f"{then.at(2)} if {condition.at(2)} else {otherwise.at(1)}"
                    found.append((then.size + condition.size + otherwise.size, text))
        yield from (text for _, text in sorted(found)[:MOST_FOUND])

    def _covering(self, wanted: int) -> Term | None:
        """The smallest term that agrees with at least these examples."""
        fitting = [term for bits, term in self._best.items() if bits & wanted == wanted]
        return min(fitting, key=lambda term: term.size, default=None)


def _stepped(term: Term, size: int) -> Iterator[Term]:
    """One operand, one step."""
    for template, function in STEPS.get(term.kind, ()):
        values = _applied(function, term.values)
        if values is not None:
            text, binding = _filled(template, term)
            yield Term(text, binding, values, size)


def _filled(template: str, term: Term) -> tuple[str, int]:
    if template.endswith("({})") or template.startswith("list(dict"):
        return template.format(term.text), ATOM
    binding = ATOM
    if template.startswith("-"):
        binding = UNARY
    elif template.startswith("{0} *"):
        binding = PRODUCT
    elif template.startswith("not "):
        return template.format(term.at(5)), 4
    elif template.endswith(("== 0", "> 0")):
        return template.format(term.at(PRODUCT)), COMPARISON
    return template.format(term.at(ATOM)), binding


def _mapped(term: Term, size: int) -> Iterator[Term]:
    """Comprehensions over a sequence or a text: each item changed by one step, or only some of them kept."""
    if term.kind not in ("list", "tuple", "str"):
        return
    items = [item for value in term.values for item in value]
    kinds = {type(item).__name__ for item in items}
    if len(kinds) != 1:
        return
    for template, function in STEPS.get(kinds.pop(), ()):
        item = Term("item", ATOM, (), 1)
        piece, _ = _filled(template, item)
        changed = _applied(_each(function), term.values)
        if changed is None or any(one is None for value in changed for one in value):
            continue
        head = f"{piece} for item in {term.at(2)}"
        yield Term(f"[{head}]", ATOM, changed, size)
        results = {type(one).__name__ for value in changed for one in value}
        if results == {"str"}:
            yield Term(f'"".join({head})', ATOM, tuple("".join(value) for value in changed), size)
            yield Term(f'" ".join({head})', ATOM, tuple(" ".join(value) for value in changed), size)
        if results <= {"int", "float", "bool"}:
            yield Term(f"sum({head})", ATOM, tuple(sum(value) for value in changed), size)
        if results == {"bool"}:
            yield Term(f"all({head})", ATOM, tuple(all(value) for value in changed), size)
            yield Term(f"any({head})", ATOM, tuple(any(value) for value in changed), size)
            kept = _applied(_only(function), term.values)
            if kept is not None:
                yield Term(f"[item for item in {term.at(2)} if {piece}]", ATOM, kept, size)
    kept = tuple([one for one in value if one] for value in term.values)
    yield Term(f"[item for item in {term.at(2)} if item]", ATOM, kept, size)


def _each(function: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    return lambda value: [function(one) for one in value]


def _only(function: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    return lambda value: [one for one in value if function(one)]


def _joined(left: Term, right: Term, size: int) -> Iterator[Term]:
    """Two operands, one step."""
    for template, binding, needs_left, needs_right, function in joins(left.kind, right.kind):
        values = _applied(function, left.values, right.values)
        if values is not None:
            text = template.format(left.at(needs_left), right.at(needs_right))
            yield Term(text, binding, values, size)


def _applied(function: Callable[..., Any], *operands: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """What a step gives on every example; None where it cannot be made on one."""
    try:
        values = tuple(function(*each) for each in zip(*operands, strict=True))
    except Exception:  # whatever a pure function of plain values refuses is no term
        return None
    return None if any(value is None for value in values) else values


def _is_large(value: Any) -> bool:
    if isinstance(value, int | float):
        return abs(value) > 10**12
    return isinstance(value, str | list | tuple | dict) and len(value) > LONGEST  # type: ignore[arg-type]


def _templates(examples: Sequence[Example], names: Sequence[str]) -> Iterator[str]:
    """One f-string that explains several texts: what is left of each once the arguments are taken out is the same."""
    if len(examples) < 2 or not all(isinstance(e.result, str) and e.truth is None for e in examples):
        return
    found: set[str] = set()
    for example in examples:
        text = example.result.replace("{", "{{").replace("}", "}}")
        for name in sorted(names, key=lambda name: -len(str(example.arguments[name]))):
            value = str(example.arguments[name])
            if value:
                text = text.replace(value, f"{{{name}}}")
        found.add(text)
    if len(found) == 1 and "{" in (text := found.pop()) and len({e.result for e in examples}) > 1:
        yield "f" + _quoted(text)


def _quoted(text: str) -> str:
    quoted = repr(text)
    return '"' + quoted[1:-1] + '"' if quoted[0] == "'" and '"' not in quoted else quoted

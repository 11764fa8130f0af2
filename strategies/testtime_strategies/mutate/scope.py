"""What can be named at a place: variables with their kinds, functions, attributes, and the words of the tests."""

from __future__ import annotations

import ast
import keyword
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .kinds import BOOL, CONTAINER, INT, NUMERIC, SEQUENCE, UNKNOWN, Kinds, annotated, fits, guess
from .source import FunctionNode, Source, Unit, is_function, is_loop

MAX_EXPRESSION = 60
"""Longer expressions (characters) are not reused elsewhere."""
_METHOD_OWNERS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("append", "extend", "insert", "sort", "reverse"), frozenset({"list"})),
    **dict.fromkeys(("appendleft", "popleft"), frozenset({"deque"})),
    **dict.fromkeys(("add", "discard"), frozenset({"set"})),
    **dict.fromkeys(("items", "keys", "values", "setdefault"), frozenset({"dict"})),
    **dict.fromkeys(("split", "strip", "lower", "upper", "startswith", "endswith", "join"), frozenset({"str"})),
}


_NEVER_REUSED = (ast.Name, ast.Constant, ast.Starred, ast.Slice, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Await)


@dataclass(frozen=True)
class Words:
    """What the failing tests mention: names, attributes, string and number literals, expected exceptions."""

    names: frozenset[str] = frozenset()
    strings: tuple[str, ...] = ()
    numbers: tuple[int | float, ...] = ()
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """An expression that can stand at a place, with its kinds and how often the unit uses it."""

    text: str
    kinds: Kinds
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Signature:
    """A function of the same file: parameter names (without self) and how many have no default."""

    name: str
    parameters: tuple[str, ...]
    required: int
    variadic: bool
    is_method: bool


@dataclass
class _Binding:
    """One variable: where it lives, from which line on, and what it may hold."""

    owner: ast.AST
    line: int
    loops: list[ast.AST] = field(default_factory=list[ast.AST])
    kinds: Kinds = UNKNOWN
    is_known: bool = True
    """False once one of its assignments could not be guessed."""


class ModuleScope:
    """What a whole file offers: its functions, classes, constants, imports and attributes."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.imports: dict[str, str] = {}
        self.constants: dict[str, Kinds] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self.signatures: dict[str, list[Signature]] = {}
        self.attributes: Counter[str] = Counter()
        self.strings: Counter[str] = Counter()
        self.numbers: Counter[int | float] = Counter()
        for node in ast.walk(source.tree):
            self._visit(node)
        self.functions = tuple(
            signature for found in self.signatures.values() for signature in found if not signature.is_method
        )
        self.methods = tuple(
            signature for found in self.signatures.values() for signature in found if signature.is_method
        )

    def _visit(self, node: ast.AST) -> None:
        parent = self.source.parents.get(node)
        match node:
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    self.imports[(alias.asname or alias.name).split(".")[0]] = alias.name
            case ast.ClassDef():
                self.classes[node.name] = node
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if isinstance(parent, ast.Module | ast.ClassDef):
                    self.signatures.setdefault(node.name, []).append(_signature(node, isinstance(parent, ast.ClassDef)))
            case ast.Assign() if isinstance(parent, ast.Module):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self.constants[target.id] = guess(node.value, lambda _: UNKNOWN)
            case ast.AnnAssign(target=ast.Name(id=name)) if isinstance(parent, ast.Module):
                self.constants[name] = annotated(node.annotation)
            case ast.Attribute():
                self.attributes[node.attr] += 1
            case ast.Constant(value=str(text)) if not isinstance(parent, ast.Expr | ast.JoinedStr):
                self.strings[text] += 1
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                self.numbers[number] += 1
            case _:
                pass


class Scope:
    """What one unit can name. Answers are for a given node, since scopes nest."""

    def __init__(
        self, unit: Unit, module: ModuleScope, observed: Mapping[str, frozenset[str]], words: Words = Words()
    ) -> None:
        self.unit = unit
        self.module = module
        self.words = words
        self._observed = observed
        self._bindings: dict[str, list[_Binding]] = {}
        self._uses: Counter[str] = Counter()
        self._attributes: dict[str, Kinds] = {}
        if is_function(unit.node):
            self._bind_all(unit.node)
            self._learn_from_use(unit.node)
        if unit.owner is not None:
            self._self_attributes(unit.owner)

    # ── what is bound ────────────────────────────────────────────────────────────────────────────────────────

    def _bind_all(self, root: FunctionNode) -> None:
        for node in ast.walk(root):
            if is_function(node) or isinstance(node, ast.Lambda):
                for parameter in _parameters(node.args):
                    self._bind(parameter.arg, node, 0, annotated(parameter.annotation) or None, node)
            if is_function(node) and node is not root:
                self._bind(node.name, self._owner(node), node.lineno, frozenset({"function"}), node)
            if isinstance(node, ast.Name):
                self._uses[node.id] += 1
                if isinstance(node.ctx, ast.Store):
                    self._bind(node.id, self._owner(node), node.lineno, self._assigned(node), node)
            if isinstance(node, ast.Attribute):
                self._uses[self.unit.source.segment(node)] += 1
            if isinstance(node, ast.ExceptHandler) and node.name:
                self._bind(node.name, self._owner(node), node.lineno, frozenset({"Exception"}), node)
        defaults = [(a, d) for a, d in _defaults(root.args) if d is not None]
        for parameter, default in defaults:
            for binding in self._bindings.get(parameter, []):
                if binding.owner is root and not binding.kinds:
                    kinds = guess(default, lambda _: UNKNOWN)
                    binding.kinds = UNKNOWN if "NoneType" in kinds else kinds

    def _bind(self, name: str, owner: ast.AST, line: int, kinds: Kinds | None, node: ast.AST) -> None:
        bindings = self._bindings.setdefault(name, [])
        binding = next((found for found in bindings if found.owner is owner), None)
        if binding is None:
            binding = _Binding(owner, line)
            bindings.append(binding)
        binding.line = min(binding.line, line)
        binding.loops.extend(parent for parent in self.unit.source.ancestors(node) if is_loop(parent))
        if kinds:
            binding.kinds |= kinds
        elif line:
            binding.is_known = False

    def _owner(self, node: ast.AST) -> ast.AST:
        """The function or comprehension whose variable this is."""
        child = node
        for parent in self.unit.source.ancestors(node):
            comprehension = isinstance(parent, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp)
            if comprehension and not isinstance(node, ast.stmt):
                return parent
            if (is_function(parent) and child is not parent) or isinstance(parent, ast.Lambda):
                return parent
            child = parent
        return self.unit.node

    def _assigned(self, node: ast.Name) -> Kinds | None:
        """The kinds that one assignment gives its target; None when they cannot be guessed."""
        match self.unit.source.parents.get(node):
            case ast.Assign(value=value):
                return guess(value, self.kinds_of_name) or None
            case ast.AnnAssign(annotation=annotation):
                return annotated(annotation) or None
            case ast.AugAssign(value=value):
                return guess(value, self.kinds_of_name) or self.kinds_of_name(node) or None
            case ast.For(iter=iterable) | ast.comprehension(iter=iterable):
                return _element(iterable, 0)
            case ast.Tuple() as parent:
                grandparent = self.unit.source.parents.get(parent)
                if isinstance(grandparent, ast.For | ast.comprehension):
                    return _element(grandparent.iter, parent.elts.index(node))
                if isinstance(grandparent, ast.Assign) and isinstance(grandparent.value, ast.Tuple):
                    position = parent.elts.index(node)
                    if position < len(grandparent.value.elts):
                        return guess(grandparent.value.elts[position], self.kinds_of_name) or None
                return None
            case _:
                return None

    def _learn_from_use(self, root: ast.AST) -> None:
        """Guess what is still unknown from how it is used: `len(x)`, `x[0]`, `for y in x`, `x.append`, `x + 1`."""
        for node in ast.walk(root):
            match node:
                case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
                    self._suggest(name, CONTAINER)
                case ast.For(iter=ast.Name(id=name)) | ast.comprehension(iter=ast.Name(id=name)):
                    self._suggest(name, CONTAINER)
                case ast.Subscript(value=ast.Name(id=name), slice=index):
                    self._suggest(name, SEQUENCE if isinstance(index, ast.Slice) else CONTAINER)
                    if isinstance(index, ast.Slice):
                        for bound in (index.lower, index.upper):
                            if isinstance(bound, ast.Name):
                                self._suggest(bound.id, INT)
                case ast.Attribute(value=ast.Name(id=name), attr=attribute) if attribute in _METHOD_OWNERS:
                    self._suggest(name, _METHOD_OWNERS[attribute])
                case ast.Call(func=ast.Name(id="range"), args=arguments):
                    for argument in arguments:
                        if isinstance(argument, ast.Name):
                            self._suggest(argument.id, INT)
                case ast.BinOp(left=left, op=ast.Sub() | ast.Mod() | ast.FloorDiv() | ast.Pow(), right=right):
                    for side, other in ((left, right), (right, left)):
                        if isinstance(side, ast.Name) and isinstance(other, ast.Constant | ast.Name):
                            self._suggest(side.id, INT)
                case ast.Compare(left=ast.Name(id=name), comparators=[ast.Constant(value=int() | float())]):
                    self._suggest(name, INT)
                case _:
                    pass

    def _suggest(self, name: str, kinds: Kinds) -> None:
        for binding in self._bindings.get(name, []):
            if not binding.kinds:
                binding.kinds, binding.is_known = kinds, True

    def _self_attributes(self, owner: ast.ClassDef) -> None:
        for node in ast.walk(owner):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
                parent = self.unit.source.parents.get(node)
                if isinstance(parent, ast.Call) and parent.func is node:
                    continue
                kinds = UNKNOWN
                if isinstance(parent, ast.Assign) and node in parent.targets:
                    kinds = guess(parent.value, lambda _: UNKNOWN)
                elif isinstance(parent, ast.AnnAssign):
                    kinds = annotated(parent.annotation)
                self._attributes[node.attr] = self._attributes.get(node.attr, UNKNOWN) | kinds

    # ── questions ────────────────────────────────────────────────────────────────────────────────────────────

    def kinds_of_name(self, node: ast.expr) -> Kinds:
        """What a name or an attribute may hold; empty when unknown."""
        if isinstance(node, ast.Attribute):
            is_self = isinstance(node.value, ast.Name) and node.value.id == "self"
            return self._attributes.get(node.attr, UNKNOWN) if is_self else UNKNOWN
        if not isinstance(node, ast.Name):
            return UNKNOWN
        if seen := self._observed.get(node.id):
            return seen
        for binding in self._bindings.get(node.id, []):
            return binding.kinds if binding.is_known or binding.kinds else UNKNOWN
        return self.module.constants.get(node.id, UNKNOWN)

    def kinds(self, node: ast.expr) -> Kinds:
        """What an expression may be; empty when unknown."""
        return guess(node, self.kinds_of_name)

    def variables(self, node: ast.AST) -> tuple[Value, ...]:
        """Variables bound at a node, the most used first; `self.x` counts as one."""
        around = {node, *self.unit.source.ancestors(node)}
        line = getattr(node, "lineno", 0)
        found: list[Value] = []
        for name, bindings in self._bindings.items():
            for binding in bindings:
                bound = binding.line < line or any(loop in around for loop in binding.loops)
                if name != "self" and binding.owner in around and (bound or binding.line == 0):
                    kinds = self._observed.get(name) or (binding.kinds if binding.is_known else UNKNOWN)
                    found.append(Value(name, kinds, self._uses[name]))
                    break
        if any(binding.line == 0 for binding in self._bindings.get("self", [])):
            for attribute, kinds in self._attributes.items():
                found.append(Value(f"self.{attribute}", kinds, self._uses[f"self.{attribute}"]))
        return tuple(sorted(found, key=lambda value: -value.uses))

    def of_kind(self, node: ast.AST, wanted: Kinds, *, strict: bool = False) -> Iterator[Value]:
        """Variables at `node` that may be `wanted`; with `strict`, only those known to be."""
        for value in self.variables(node):
            if (value.kinds & wanted) if strict else fits(value.kinds, wanted):
                yield value

    @cached_property
    def expressions(self) -> tuple[tuple[Value, frozenset[str], int], ...]:
        """Expressions of the unit with the names they need and their first line, names and constants left out."""
        found: dict[str, tuple[Value, frozenset[str], int]] = {}
        for node in ast.walk(self.unit.node):
            if not isinstance(node, ast.expr) or isinstance(node, _NEVER_REUSED):
                continue
            if isinstance(getattr(node, "ctx", None), ast.Del) or self._in_fstring(node):
                continue
            parent = self.unit.source.parents.get(node)
            if isinstance(node, ast.Attribute) and isinstance(parent, ast.Call) and parent.func is node:
                continue
            if isinstance(node, ast.Tuple) and isinstance(parent, ast.For | ast.comprehension | ast.Assign):
                continue
            text = self.unit.source.segment(node)
            if len(text) > MAX_EXPRESSION or "\n" in text:
                continue
            needs = frozenset(name.id for name in ast.walk(node) if isinstance(name, ast.Name))
            if text in found:
                value, needs, line = found[text]
                found[text] = (Value(text, value.kinds, value.uses + 1), needs, min(line, node.lineno))
            else:
                found[text] = (Value(text, self.kinds(node), 1), needs, node.lineno)
        return tuple(found.values())

    def _in_fstring(self, node: ast.AST) -> bool:
        return any(isinstance(parent, ast.JoinedStr) for parent in [node, *self.unit.source.ancestors(node)])

    def pool(self, node: ast.AST) -> Iterator[Value]:
        """Expressions of the same unit whose names are all bound at `node`."""
        bound = {value.text for value in self.variables(node)} | {"self"}
        local = set(self._bindings)
        for value, needs, _ in self.expressions:
            if all(name in bound or name not in local for name in needs):
                yield value

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The unit's own parameters, without self and cls."""
        if not is_function(self.unit.node):
            return ()
        names = [parameter.arg for parameter in _parameters(self.unit.node.args)]
        return tuple(name for name in names if name not in ("self", "cls"))


def read_words(test_source: str, function_names: frozenset[str]) -> Words:
    """The words of the named test functions; of the whole file when none of them is found."""
    try:
        tree = ast.parse(test_source.removeprefix("\ufeff"))
    except (SyntaxError, ValueError):
        return Words()
    tests = [node for node in ast.walk(tree) if is_function(node) and node.name in function_names]
    names: set[str] = set()
    strings: Counter[str] = Counter()
    numbers: Counter[int | float] = Counter()
    exceptions: list[str] = []
    for node in (inner for root in tests or [tree] for inner in ast.walk(root)):
        match node:
            case ast.Call(func=ast.Attribute(attr="raises" | "assertRaises"), args=[expected, *_]):
                exceptions.append(ast.unparse(expected))
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                names.add(name)
            case ast.Constant(value=str(text)) if len(text) <= MAX_EXPRESSION:
                strings[text] += 1
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                numbers[number] += 1
            case _:
                pass
    for text in list(strings):
        names.update(word for word in re.findall(r"[A-Za-z_]\w+", text) if not keyword.iskeyword(word))
    return Words(frozenset(names), tuple(strings), tuple(numbers), tuple(dict.fromkeys(exceptions)))


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    rest = [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]


def _defaults(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr | None]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    filled = positional[len(positional) - len(arguments.defaults) :]
    yield from zip((parameter.arg for parameter in filled), arguments.defaults, strict=True)
    yield from zip((parameter.arg for parameter in arguments.kwonlyargs), arguments.kw_defaults, strict=True)


def _signature(node: FunctionNode, is_method: bool) -> Signature:
    arguments = node.args
    static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)
    skipped = 1 if is_method and not static else 0
    positional = [parameter.arg for parameter in (*arguments.posonlyargs, *arguments.args)][skipped:]
    names = (*positional, *(parameter.arg for parameter in arguments.kwonlyargs))
    variadic = arguments.vararg is not None or arguments.kwarg is not None
    return Signature(node.name, names, max(0, len(positional) - len(arguments.defaults)), variadic, is_method)


def _element(iterable: ast.expr, position: int) -> Kinds | None:
    """What a loop over `iterable` gives at `position` of its target, as far as the call's name says."""
    match iterable:
        case ast.Call(func=ast.Name(id="range")):
            return INT
        case ast.Call(func=ast.Name(id="enumerate")) if position == 0:
            return INT
        case ast.List(elts=[ast.Constant(value=value), *_]) | ast.Tuple(elts=[ast.Constant(value=value), *_]):
            return frozenset({type(value).__name__})
        case _:
            return None


def is_numeric(kinds: Kinds) -> bool:
    """True when only numbers are possible."""
    return bool(kinds) and kinds <= NUMERIC


def is_condition(kinds: Kinds) -> bool:
    """True when only truth values are possible."""
    return kinds == BOOL

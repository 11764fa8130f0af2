"""What a piece of code can see: the names around it, their types, the words of the failing test."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .source import Function, Source

NUMBERS = frozenset({"int", "float", "bool", "complex", "Decimal", "Fraction"})
SIZED = frozenset(
    {"list", "tuple", "dict", "set", "frozenset", "str", "bytes", "deque", "Counter", "defaultdict", "range"}
)
ITERABLES = SIZED | {
    "zip",
    "map",
    "filter",
    "enumerate",
    "generator",
    "reversed",
    "dict_keys",
    "dict_values",
    "dict_items",
}
SEQUENCES = frozenset({"list", "tuple", "str", "bytes", "deque", "range"})

_LITERALS: Mapping[type[ast.expr], str] = {
    ast.List: "list",
    ast.ListComp: "list",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Tuple: "tuple",
    ast.JoinedStr: "str",
    ast.GeneratorExp: "generator",
}


@dataclass(frozen=True)
class TestWords:
    """What the failing tests speak of."""

    __test__ = False

    exceptions: tuple[str, ...] = ()
    """Names in `pytest.raises(...)`."""
    names: frozenset[str] = frozenset()
    """Attributes and functions used."""
    error: str = ""
    """The exception that the failing tests ended with: `AttributeError: …`."""


@dataclass(frozen=True)
class Scope:
    """The surroundings of one function, or of a module's own statements (`function` None)."""

    source: Source
    function: Function | None
    qualified: str
    observed: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Type names seen at run time in each variable."""
    words: TestWords = field(default_factory=TestWords)

    @cached_property
    def body(self) -> tuple[ast.stmt, ...]:
        """The statements of the function, its docstring left out, or the module's own."""
        if self.function is None:
            return tuple(s for s in self.source.tree.body if not isinstance(s, Function | ast.ClassDef))
        body = self.function.body
        if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and len(body) > 1:
            body = body[1:]
        return tuple(body)

    @cached_property
    def documentation(self) -> frozenset[str]:
        """Words of the function's name and docstring, in lower case."""
        if self.function is None:
            return frozenset()
        said = f"{self.function.name} {ast.get_docstring(self.function) or ''}"
        return frozenset(re.findall(r"[a-z]+", said.lower().replace("_", " ")))

    @cached_property
    def unused(self) -> frozenset[str]:
        """Parameters, variables and inner functions that nothing reads: somebody meant to use them."""
        if self.function is None:
            return frozenset()
        whole = [node for node in ast.walk(self.function) if isinstance(node, ast.Name)]
        read = {node.id for node in whole if isinstance(node.ctx, ast.Load)}
        inner = {node.name for node in self.nodes if isinstance(node, Function)}
        return frozenset({*self.parameters, *self.locals, *inner} - read - {"_"})

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the code itself: decorators, defaults and nested functions' bodies are others' business."""
        found: list[ast.AST] = []

        def walk(node: ast.AST) -> None:
            found.append(node)
            if isinstance(node, Function | ast.ClassDef):
                return
            for child in ast.iter_child_nodes(node):
                walk(child)

        if self.function is not None:
            for default in (*self.function.args.defaults, *self.function.args.kw_defaults):
                if default is not None:
                    walk(default)
        for statement in self.body:
            walk(statement)
        return tuple(found)

    @cached_property
    def looped(self) -> frozenset[str]:
        """Names that a `for` sets."""
        return frozenset(
            part.id
            for node in self.nodes
            if isinstance(node, ast.For)
            for part in ast.walk(node.target)
            if isinstance(part, ast.Name)
        )

    @cached_property
    def callables(self) -> tuple[str, ...]:
        """Parameters that hold functions, by what was seen in them or what is done with them."""
        called = {node.func.id for node in self.nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
        kinds = {"function", "builtin_function_or_method", "type", "method"}
        return tuple(name for name in self.parameters if name in called or self.types(name) & kinds)

    @cached_property
    def donors(self) -> tuple[ast.expr, ...]:
        """Expressions of the code that may stand elsewhere in it: short, on one line, the first of each text."""
        found: dict[str, ast.expr] = {}
        for node in self.nodes:
            if isinstance(node, ast.Subscript | ast.Attribute | ast.Call | ast.BinOp | ast.List):
                text = self.source.of(node)
                if len(text) <= 60 and "\n" not in text:
                    found.setdefault(text, node)
        return tuple(found.values())

    @cached_property
    def statements(self) -> tuple[ast.stmt, ...]:
        """Every statement, nested ones too."""
        return tuple(node for node in self.nodes if isinstance(node, ast.stmt))

    @cached_property
    def class_node(self) -> ast.ClassDef | None:
        """The class whose method this is."""
        parent = self.source.parents.get(self.function) if self.function else None
        return parent if isinstance(parent, ast.ClassDef) else None

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Parameter names, `self` and `cls` left out."""
        if self.function is None:
            return ()
        arguments = self.function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
        return tuple(argument.arg for argument in every if argument.arg not in ("self", "cls"))

    @cached_property
    def self_name(self) -> str | None:
        """`self`, where this is a method."""
        if self.function is None or self.class_node is None or not self.function.args.args:
            return None
        return self.function.args.args[0].arg

    @cached_property
    def locals(self) -> tuple[str, ...]:
        """Names assigned in the code, loop variables included, in order of appearance."""
        names: dict[str, None] = {}
        for node in self.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names[node.id] = None
            elif isinstance(node, Function):
                names[node.name] = None
        return tuple(names)

    @cached_property
    def comprehended(self) -> frozenset[str]:
        """Variables of comprehensions alone: nothing assigned to them would be seen."""
        inside = {
            part.id
            for node in self.nodes
            if isinstance(node, ast.comprehension)
            for part in ast.walk(node.target)
            if isinstance(part, ast.Name)
        }
        return frozenset(inside - set(self.parameters) - self._assigned)

    @cached_property
    def _assigned(self) -> frozenset[str]:
        """Names that statements assign."""
        return frozenset(
            node.id
            for node in self.nodes
            if isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Store)
            and not any(isinstance(parent, ast.comprehension) for parent in self.ancestors(node))
        )

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """Parameters, locals, and the variables of enclosing functions: what a name is most likely to be."""
        names = dict.fromkeys((*self.parameters, *self.locals))
        parent = self.source.parents.get(self.function) if self.function else None
        while parent is not None:
            if isinstance(parent, Function):
                outer = Scope(self.source, parent, "")
                names.update(dict.fromkeys((*outer.parameters, *outer.locals)))
            parent = self.source.parents.get(parent)
        return tuple(name for name in names if name != "_" and not self._is_function(name))

    @cached_property
    def constants(self) -> tuple[str, ...]:
        """Module-level variables."""
        return tuple(
            dict.fromkeys(
                target.id
                for statement in self.source.tree.body
                if isinstance(statement, ast.Assign | ast.AnnAssign)
                for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
                if isinstance(target, ast.Name) and not target.id.startswith("__")
            )
        )

    @cached_property
    def module_functions(self) -> Mapping[str, Function]:
        """Functions defined at module level."""
        return {node.name: node for node in self.source.tree.body if isinstance(node, Function)}

    @cached_property
    def methods(self) -> Mapping[str, Function]:
        """Methods of the class this belongs to."""
        if self.class_node is None:
            return {}
        return {node.name: node for node in self.class_node.body if isinstance(node, Function)}

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """Attributes of `self` that the class itself assigns or uses, methods left out."""
        if self.class_node is None:
            return ()
        names: dict[str, None] = {}
        for node in ast.walk(self.class_node):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == self.self_name:
                names[node.attr] = None
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                names[node.target.id] = None
        return tuple(name for name in names if name not in self.methods)

    @cached_property
    def all_attributes(self) -> tuple[str, ...]:
        """Every attribute name that the file mentions, most frequent first."""
        counts: dict[str, int] = {}
        for node in self.source.nodes:
            if isinstance(node, ast.Attribute):
                counts[node.attr] = counts.get(node.attr, 0) + 1
        return tuple(sorted(counts, key=lambda name: -counts[name]))

    @cached_property
    def _literal_types(self) -> Mapping[str, frozenset[str]]:
        """Types that annotations and assigned literals tell."""
        types: dict[str, set[str]] = {}
        if self.function is not None:
            arguments = self.function.args
            for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                if isinstance(argument.annotation, ast.Name):
                    types.setdefault(argument.arg, set()).add(argument.annotation.id)
                elif isinstance(argument.annotation, ast.Subscript) and isinstance(argument.annotation.value, ast.Name):
                    types.setdefault(argument.arg, set()).add(argument.annotation.value.id)
        for node in self.nodes:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name) and (kind := self.type_of(node.value, names=False)):
                        types.setdefault(target.id, set()).update(kind)
        return {name: frozenset(kinds) for name, kinds in types.items()}

    def types(self, name: str) -> frozenset[str]:
        """Type names that a variable may hold; empty when nothing is known."""
        seen = self.observed.get(name, frozenset())
        if len(seen - {"NoneType"}) > 0:
            return seen
        return self._literal_types.get(name, frozenset()) or seen

    def type_of(self, node: ast.expr, *, names: bool = True) -> frozenset[str]:
        """Type names that an expression may have; empty when nothing is known."""
        match node:
            case ast.Constant(value=value):
                return frozenset({type(value).__name__})
            case ast.Name(id=name) if names:
                return self.types(name)
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return frozenset({"bool"})
            case ast.UnaryOp(operand=operand):
                return self.type_of(operand, names=names)
            case ast.BinOp(left=left, op=ast.Add() | ast.Mult(), right=right):
                return self.type_of(left, names=names) or self.type_of(right, names=names)
            case ast.BinOp(left=left, op=ast.Mod()) if "str" in self.type_of(left, names=names):
                return frozenset({"str"})
            case ast.BinOp(left=left) if self.type_of(left, names=names) & {"set", "frozenset"}:
                return self.type_of(left, names=names)
            case ast.BinOp():
                return frozenset({"int", "float"})
            case ast.Call(func=ast.Name(id=name)):
                return _RESULTS.get(name, frozenset())
            case ast.Call(func=ast.Attribute(attr=name)):
                return _METHOD_RESULTS.get(name, frozenset())
            case ast.Subscript(value=value, slice=ast.Slice()):
                return self.type_of(value, names=names)
            case ast.Subscript(value=value) if self.type_of(value, names=names) == frozenset({"str"}):
                return frozenset({"str"})
            case ast.IfExp(body=body, orelse=orelse):
                return self.type_of(body, names=names) | self.type_of(orelse, names=names)
            case _:
                kind = _LITERALS.get(type(node))
                return frozenset({kind}) if kind else frozenset()

    def expected(self, node: ast.expr) -> frozenset[str]:
        """Type names that make sense where `node` stands, by what is done with it there; empty when anything may."""
        parent = self.source.parents.get(node)
        match parent:
            case ast.BinOp(left=left, op=op, right=right):
                other = self.type_of(right if node is left else left)
                if isinstance(op, ast.Add):
                    return other
                if isinstance(op, ast.Mod | ast.Mult) or other & {"set", "frozenset", "dict", "Counter"}:
                    return frozenset()
                return NUMBERS
            case ast.UnaryOp(op=ast.USub()):
                return NUMBERS
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                if isinstance(operator, ast.In | ast.NotIn):
                    return SIZED if node is right else frozenset()
                return self.type_of(right if node is left else left) - {"NoneType"}
            case ast.Subscript(value=value, slice=index) if index is node:
                kind = self.type_of(value)
                return frozenset({"int"}) if kind and kind <= SEQUENCES else frozenset()
            case ast.Subscript(value=value) if value is node:
                return SIZED
            case ast.Slice():
                return frozenset({"int"})
            case ast.For(iter=iterated) | ast.comprehension(iter=iterated) if iterated is node:
                return ITERABLES
            case ast.AugAssign(target=target, op=ast.Add() | ast.Sub(), value=value) if value is node:
                return self.type_of(target)
            case ast.Call(func=ast.Name(id=name), args=args) if node in args:
                return _ARGUMENTS.get(name, frozenset())
            case _:
                return frozenset()

    def suits(self, node: ast.expr, text: str) -> bool:
        """Whether an expression given as text may stand where `node` does, by its type."""
        expected = self.expected(node)
        if not expected:
            return True
        parsed = expression(text)
        return parsed is None or compatible(expected, self.type_of(parsed))

    def fits(self, node: ast.expr, other: frozenset[str]) -> bool:
        """Whether something of the types `other` may stand where `node` does: unless both are known and differ."""
        return compatible(self.type_of(node), other)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around `node`, innermost first, up to the function."""
        parent = self.source.parents.get(node)
        while parent is not None and parent is not self.function:
            yield parent
            parent = self.source.parents.get(parent)

    def statement_of(self, node: ast.AST) -> ast.stmt | None:
        """The innermost statement that holds `node`."""
        if isinstance(node, ast.stmt):
            return node
        return next((parent for parent in self.ancestors(node) if isinstance(parent, ast.stmt)), None)

    def in_loop(self, node: ast.AST) -> bool:
        """Whether `node` is inside a loop of this function."""
        return any(isinstance(parent, ast.For | ast.While | ast.AsyncFor) for parent in self.ancestors(node))

    def _is_function(self, name: str) -> bool:
        return any(isinstance(node, Function) and node.name == name for node in self.nodes)


@functools.lru_cache(maxsize=8192)
def expression(text: str) -> ast.expr | None:
    """An expression's text as a tree, which nobody may change; None when it is none."""
    try:
        return ast.parse(f"({text}\n)", mode="eval").body
    except SyntaxError:
        return None


def compatible(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two sets of type names can be the same thing; not knowing counts as yes."""
    known, other = some - {"NoneType"}, others - {"NoneType"}
    if not known or not other or known & other:
        return True
    return bool(known & NUMBERS and other & NUMBERS)


_ARGUMENTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        ("len", "sum", "sorted", "any", "all", "set", "list", "tuple", "enumerate", "zip", "reversed"), ITERABLES
    ),
    **dict.fromkeys(("abs", "round", "range", "chr", "bin", "divmod"), NUMBERS),
    "ord": frozenset({"str"}),
}
_RESULTS: Mapping[str, frozenset[str]] = {
    name: frozenset({kind})
    for names, kind in (
        (("len", "int", "ord", "hash", "id", "abs", "round", "sum"), "int"),
        (("str", "repr", "chr", "hex", "bin", "format", "input"), "str"),
        (("list", "sorted"), "list"),
        (("dict",), "dict"),
        (("set",), "set"),
        (("tuple",), "tuple"),
        (("float",), "float"),
        (("any", "all", "bool", "isinstance", "callable", "hasattr"), "bool"),
        (("range",), "range"),
        (("enumerate",), "enumerate"),
        (("zip",), "zip"),
        (("map",), "map"),
        (("filter",), "filter"),
        (("reversed",), "reversed"),
        (("deque",), "deque"),
    )
    for name in names
}
_METHOD_RESULTS: Mapping[str, frozenset[str]] = {
    name: frozenset({kind})
    for names, kind in (
        (("strip", "lstrip", "rstrip", "lower", "upper", "title", "join", "replace", "format", "capitalize"), "str"),
        (("split", "splitlines", "rsplit"), "list"),
        (("count", "index", "find", "rfind"), "int"),
        (("startswith", "endswith", "isdigit", "isalpha", "isspace", "isupper", "islower", "isalnum"), "bool"),
    )
    for name in names
}

"""Wrong calls: the function, the method, its arguments."""

from __future__ import annotations

import ast
import difflib
from itertools import combinations

from ..scope import Scope
from ..source import Edit, Function
from ..template import Edits, template

FUNCTIONS: tuple[tuple[str, ...], ...] = (
    ("min", "max", "sum"),
    ("any", "all"),
    ("sum", "len", "max"),
    ("len", "set", "sorted"),
    ("sorted", "list", "reversed", "set", "tuple"),
    ("int", "float", "round", "str", "abs"),
    ("str", "repr"),
    ("floor", "ceil", "round", "trunc"),
    ("isinstance", "issubclass"),
    ("getattr", "hasattr"),
    ("zip", "enumerate"),
    ("ord", "chr"),
    ("map", "filter"),
    ("dict", "defaultdict", "Counter", "OrderedDict"),
)
METHODS: tuple[tuple[str, ...], ...] = (
    ("append", "extend", "insert", "add", "appendleft"),
    ("add", "update", "discard", "remove"),
    ("pop", "popleft", "remove", "popitem"),
    ("strip", "lstrip", "rstrip"),
    ("startswith", "endswith"),
    ("find", "index", "rfind", "rindex"),
    ("split", "rsplit", "splitlines", "partition"),
    ("lower", "upper", "swapcase", "title", "capitalize", "casefold"),
    ("keys", "values", "items"),
    ("get", "setdefault", "pop"),
    ("union", "intersection", "difference", "symmetric_difference"),
    ("isdigit", "isalpha", "isalnum", "isnumeric", "isdecimal", "isspace"),
    ("isupper", "islower"),
    ("replace", "translate", "strip"),
    ("issubset", "issuperset"),
    ("total_seconds", "seconds"),
    ("match", "search", "fullmatch", "findall"),
    ("ljust", "rjust", "center", "zfill"),
    ("read", "readline", "readlines"),
    ("weekday", "isoweekday"),
    ("put", "get"),
    ("floor", "ceil", "trunc"),
    ("log", "log2", "log10"),
    ("min", "max"),
    ("any", "all"),
    ("sum", "mean", "prod"),
    ("mean", "median", "mode"),
)


def near(name: str, groups: tuple[tuple[str, ...], ...]) -> list[str]:
    """The other names of the groups that `name` is in."""
    return [other for group in groups if name in group for other in group if other != name]


@template("function", nodes=(ast.Call,), decay=0.9)
def function(node: ast.Call, scope: Scope) -> Edits:
    """Another function: of the same family, or of the module with the same number of parameters."""
    if not isinstance(node.func, ast.Name):
        return
    name = node.func.id
    others = near(name, FUNCTIONS)
    if name in scope.module_functions or not others:
        count = len(node.args) + len(node.keywords)
        own = scope.function.name if scope.function else ""
        fitting = [f.name for f in scope.module_functions.values() if _takes(f, count) and f.name not in (name, own)]
        fitting.sort(key=lambda other: -difflib.SequenceMatcher(None, other, name).ratio())
        others += fitting[:6]
    for other in others:
        yield [scope.source.swap(node.func, other)]


@template("aggregate", nodes=(ast.Call,))
def aggregate(node: ast.Call, scope: Scope) -> Edits:
    """Counting entries where their contents are meant, and back: `len(x)` ↔ `sum(x.values())`, `sum(map(len, x))`."""
    if not isinstance(node.func, ast.Name) or len(node.args) != 1 or node.keywords:
        return
    text, kind = scope.source.of(node.args[0]), scope.type_of(node.args[0])
    if node.func.id == "len":
        if not kind or kind & {"dict", "defaultdict", "Counter", "OrderedDict"}:
            yield [scope.source.swap(node, f"sum({text}.values())")]
            yield [scope.source.swap(node, f"sum(map(len, {text}.values()))")]
        if not kind or not kind & {"str", "bytes"}:
            yield [scope.source.swap(node, f"len(set({text}))")]
            yield [scope.source.swap(node, f"sum(map(len, {text}))")]
            yield [scope.source.swap(node, f"sum({text})")]
    elif node.func.id == "sum":
        yield [scope.source.swap(node, f"len({text})")]
        yield [scope.source.swap(node, f"sum({text}) / len({text})")]


@template("method", nodes=(ast.Call,), decay=0.9)
def method(node: ast.Call, scope: Scope) -> Edits:
    """Another method of the same family; `pop()` ↔ `pop(0)`."""
    if not isinstance(node.func, ast.Attribute):
        return
    value = scope.source.of(node.func.value)
    for other in near(node.func.attr, METHODS):
        yield [scope.source.swap(node.func, f"{value}.{other}")]
    start, end = scope.source.span(node.func)[1], scope.source.span(node)[1]
    if node.func.attr == "pop" and not node.keywords:
        yield [Edit(start, end, "()" if node.args else "(0)")]
    if node.func.attr == "append" and len(node.args) == 1:
        argument = scope.source.of(node.args[0])
        yield [Edit(start, end, f"({argument}[:])")]
        yield [Edit(start, end, f"(list({argument}))")]


@template("swap arguments", nodes=(ast.Call, ast.Tuple), decay=0.9)
def swap_arguments(node: ast.Call | ast.Tuple, scope: Scope) -> Edits:
    """`f(a, b)` → `f(b, a)`, neighbours first."""
    parts = node.args if isinstance(node, ast.Call) else node.elts
    if len(parts) > 6 or any(isinstance(part, ast.Starred) for part in parts):
        return
    for left, right in sorted(combinations(parts, 2), key=lambda pair: parts.index(pair[1]) - parts.index(pair[0])):
        if ast.dump(left) != ast.dump(right):
            yield [scope.source.swap(left, scope.source.of(right)), scope.source.swap(right, scope.source.of(left))]


@template("drop argument", nodes=(ast.Call,))
def drop_argument(node: ast.Call, scope: Scope) -> Edits:
    """`f(a, b)` → `f(a)`; a keyword left out."""
    arguments: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
    for number in range(len(arguments) - 1, -1, -1):
        kept = [_argument(other, scope) for index, other in enumerate(arguments) if index != number]
        yield [_arguments(node, ", ".join(kept), scope)]


@template("add argument", nodes=(ast.Call,), decay=0.93)
def add_argument(node: ast.Call, scope: Scope) -> Edits:
    """`f(a)` → `f(a, b)`: what the callee's signature still takes, else a variable in scope."""
    if any(isinstance(argument, ast.Starred) for argument in node.args) or len(node.args) > 4:
        return
    given = [_argument(argument, scope) for argument in (*node.args, *node.keywords)]
    callee = _callee(node, scope)
    if callee is not None:
        names = [argument.arg for argument in callee.args.args if argument.arg not in ("self", "cls")]
        missing = names[len(node.args) :]
        taken = {keyword.arg for keyword in node.keywords}
        for name in missing:
            if name not in taken and name in (*scope.variables, *scope.constants):
                yield [_arguments(node, ", ".join([*given, f"{name}={name}"]), scope)]
        if not missing:
            return
        for variable in scope.variables[:8]:
            yield [_arguments(node, ", ".join([*given, variable]), scope)]
        return
    known = {
        "sorted": ("reverse=True", "key=len", "key=str.lower"),
        "sort": ("reverse=True",),
        "sum": ("0", "[]"),
        "max": ("default=0", "default=None", "key=len"),
        "min": ("default=0", "default=None", "key=len"),
        "get": ("0", "None", "[]", "''", "1"),
        "pop": ("None", "0"),
        "split": ("','", "1", "' '"),
        "round": ("2", "1"),
        "zip": (),
        "next": ("None",),
        "getattr": ("None",),
        "strip": (),
        "enumerate": ("1",),
        "replace": ("1",),
        "join": (),
        "int": ("2", "16"),
    }
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    for extra in known.get(name, ()):
        yield [_arguments(node, ", ".join([*given, extra]), scope)]
    if name not in known and len(given) < 3:
        for variable in scope.variables[:6]:
            yield [_arguments(node, ", ".join([*given, variable]), scope)]


@template("keyword argument", nodes=(ast.Call,))
def keyword_argument(node: ast.Call, scope: Scope) -> Edits:
    """A keyword passed on to a recursive or known callee gets another variable."""
    for keyword in node.keywords:
        for name in scope.variables[:8]:
            if name != scope.source.of(keyword.value):
                yield [scope.source.swap(keyword.value, name)]


@template("super().__init__", nodes=(ast.stmt,))
def super_init(node: ast.stmt, scope: Scope) -> Edits:
    """A constructor that forgot its base class."""
    function, owner = scope.function, scope.class_node
    if function is None or owner is None or function.name != "__init__" or not owner.bases or node is not scope.body[0]:
        return
    if "super()" not in "".join(scope.source.of(statement) for statement in scope.body):
        yield [scope.source.before(node, "super().__init__()")]
        yield [scope.source.before(node, f"super().__init__({', '.join(scope.parameters)})")]
        for name in scope.parameters:
            yield [scope.source.before(node, f"super().__init__({name})")]


def _argument(argument: ast.expr | ast.keyword, scope: Scope) -> str:
    if isinstance(argument, ast.keyword):
        value = scope.source.of(argument.value)
        return f"{argument.arg}={value}" if argument.arg else f"**{value}"
    return scope.source.of(argument)


def _arguments(node: ast.Call, text: str, scope: Scope) -> Edit:
    """Replace everything between the call's parentheses."""
    return Edit(scope.source.span(node.func)[1], scope.source.span(node)[1], f"({text})")


def _callee(node: ast.Call, scope: Scope) -> Function | None:
    """The function called, where it is of this file."""
    if isinstance(node.func, ast.Name):
        return scope.module_functions.get(node.func.id)
    if (
        isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == scope.self_name
    ):
        return scope.methods.get(node.func.attr)
    return None


def _takes(function: Function, count: int) -> bool:
    arguments = function.args
    most = len(arguments.args) + len(arguments.posonlyargs)
    return most - len(arguments.defaults) <= count <= most or arguments.vararg is not None

"""Numbers, strings and initial values: off by one, wrong constant, wrong start."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator

from ..edit import Edit
from ..kinds import NUMERIC, SEQUENCE, fits
from ..source import is_function
from ..template import Site, Template

_EMPTY = ("[]", "{}", "set()", "''", "()", "None")
_INITIAL: tuple[tuple[str, float], ...] = (
    ("0", 1.5),
    ("1", 1.5),
    ("-1", 0.7),
    ("None", 0.5),
    ("float('inf')", 0.7),
    ("float('-inf')", 0.7),
    ("True", 0.3),
    ("False", 0.4),
    ("[]", 0.4),
    ("[0]", 0.3),
    ("[[]]", 0.2),
    ("{}", 0.3),
    ("set()", 0.3),
    ("''", 0.3),
    ("2", 0.3),
    ("1.0", 0.1),
    ("0.0", 0.1),
)


def number(site: Site) -> Iterator[Edit]:
    """A number changed by one, to its usual neighbours, or to another number of the file."""
    node = site.node
    assert isinstance(node, ast.Constant)
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float) or _in_negative(site):
        return
    choices: dict[str, float] = {}
    if isinstance(value, int):
        choices = {str(value + 1): 3, str(value - 1): 3, "0": 1, "1": 1, "2": 0.7, "-1": 0.7, "10": 0.2}
        choices |= {str(value * 2): 0.2, str(value // 2): 0.2, str(value * 10): 0.3, str(value // 10): 0.3}
        choices |= {f"{value}.0": 0.1}
    else:
        choices = {str(value * 10): 1, str(value / 10): 1, str(value * 2): 0.5, str(value / 2): 0.5, "1.0": 0.5}
        choices |= {str(value + 1): 0.5, str(value - 1): 0.5, "0.0": 0.5, "0.5": 0.5, str(1 - value): 0.5, "0": 0.3}
    choices |= {f"-{value}": 0.4}
    for other, uses in site.scope.module.numbers.most_common(12):
        choices.setdefault(str(other), 0.3 + 0.05 * min(uses, 4))
    choices.pop(str(value), None)
    for text, weight in choices.items():
        yield site.replace(node, text, weight)


def number_from_tests(site: Site) -> Iterator[Edit]:
    """A number that the failing test mentions: natural for limits, but it may only copy the test."""
    node = site.node
    assert isinstance(node, ast.Constant)
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        return
    for other in site.scope.words.numbers[:20]:
        if other != node.value and not isinstance(site.parent, ast.Return):
            yield site.replace(node, str(other))


def negative(site: Site) -> Iterator[Edit]:
    """`-1` → `0`, `1`, `-2`."""
    node = site.node
    assert isinstance(node, ast.UnaryOp)
    if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        if isinstance(value, int):
            for text, weight in ((str(1 - value), 2), (str(-value - 1), 2), ("0", 1), ("1", 0.5), ("None", 0.3)):
                yield site.replace(node, text, weight)


def off_by_one(site: Site) -> Iterator[Edit]:
    """`e` → `e + 1`, `e - 1` for whatever may be an integer in a place where that matters."""
    node = site.node
    assert isinstance(node, ast.expr)
    kinds = site.kinds(node)
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load) or (kinds and not kinds & {"int", "float"}):
        return
    place = _place(site, node)
    if not place:
        return
    weight = place * (1.0 if kinds else 0.35)
    text = site.operand(node, 11)
    yield site.replace(node, f"{text} + 1", weight)
    yield site.replace(node, f"{text} - 1", weight)


def _place(site: Site, node: ast.expr) -> float:
    """How often an off-by-one is at such a place; 0 where it cannot be."""
    parent = site.parent
    match parent:
        case ast.Subscript() | ast.Slice():
            return 0 if isinstance(parent, ast.Subscript) and parent.value is node else 2
        case ast.Tuple() if isinstance(site.source.parents.get(parent), ast.Subscript):
            return 2
        case ast.Call(func=ast.Name(id="range")):
            return 3
        case ast.Call():
            return 0 if parent.func is node else 1
        case ast.Compare() | ast.BinOp() | ast.Return() | ast.Assign() | ast.AugAssign() | ast.keyword():
            return 1 if not isinstance(node, ast.BinOp) or isinstance(parent, ast.Return | ast.Assign) else 0.7
        case ast.IfExp():
            return 0 if parent.test is node else 0.8
        case ast.Tuple() | ast.List() | ast.UnaryOp() | ast.ListComp() | ast.Yield():
            return 0.5
        case _:
            return 0


def string(site: Site) -> Iterator[Edit]:
    """A string replaced by its like in the file or in the tests, or with its case, spaces or ends changed."""
    node = site.node
    assert isinstance(node, ast.Constant)
    value = node.value
    if not isinstance(value, str) or isinstance(site.parent, ast.Expr | ast.JoinedStr | ast.FormattedValue):
        return
    choices: dict[str, float] = {"": 0.7, " ": 0.7} if len(value) <= 2 else {}
    choices |= {value.lower(): 0.5, value.upper(): 0.5, value.strip(): 0.5, value.title(): 0.2}
    if len(value) <= 3:
        choices |= {value + " ": 0.4, " " + value: 0.3, value[1:]: 0.3, value[:-1]: 0.3, ", ": 0.2, ",": 0.2, "\n": 0.2}
    close = {*difflib.get_close_matches(value, [*site.scope.words.strings, *site.scope.words.names], 5, 0.6)}
    for other in close:
        choices[other] = 2
    for other, _ in site.scope.module.strings.most_common(15):
        choices.setdefault(other, 0.5)
    choices.pop(value, None)
    for text, weight in choices.items():
        yield site.replace(node, _quoted(site.text(node), text), weight)


def string_edit(site: Site) -> Iterator[Edit]:
    """One character of a short string dropped or doubled: alphabets, separators and formats with a slip."""
    node = site.node
    assert isinstance(node, ast.Constant)
    value = node.value
    if not isinstance(value, str) or isinstance(site.parent, ast.Expr | ast.JoinedStr) or not 2 <= len(value) <= 40:
        return
    missing = [word for word in site.scope.words.strings if len(word) == 1 and word not in value]
    for position in (0, len(value) - 1):
        yield site.replace(node, _quoted(site.text(node), value[:position] + value[position + 1 :]))
    for character in missing[:5]:
        yield site.replace(node, _quoted(site.text(node), value + character))


def initial_value(site: Site) -> Iterator[Edit]:
    """`x = 0` starting from another value: 1, -1, infinity, empty, the first element, a name in scope."""
    node = site.node
    assert isinstance(node, ast.Assign | ast.AnnAssign)
    if not is_function(site.unit.node) or node.value is None or not _is_start(node.value):
        return
    old = site.text(node.value)
    kinds = site.kinds(node.value)
    for text, weight in _INITIAL:
        is_number = text[0] in "012-f"
        same = is_number == bool(kinds & NUMERIC) and (text not in _EMPTY or old in _EMPTY)
        yield site.replace(node.value, text, weight * (3 if same else 1))
    for value in site.scope.variables(node):
        if value.kinds & SEQUENCE or (not value.kinds and value.text in site.scope.parameters):
            yield site.replace(node.value, f"{value.text}[0]", 1.2)
            yield site.replace(node.value, f"len({value.text})", 0.5)
            yield site.replace(node.value, f"[{value.text}[0]]", 0.2)
            yield site.replace(node.value, f"len({value.text}) - 1", 0.3)
        if fits(value.kinds, kinds):
            yield site.replace(node.value, value.text, 1)
        yield site.replace(node.value, f"[{value.text}]", 0.4)
        yield site.replace(node.value, f"{{{value.text}}}", 0.3)


def _is_start(value: ast.expr) -> bool:
    if isinstance(value, ast.UnaryOp):
        value = value.operand
    is_empty = isinstance(value, ast.List | ast.Tuple | ast.Set) and len(value.elts) <= 2
    is_call = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and len(value.args) <= 1
    return isinstance(value, ast.Constant | ast.Dict | ast.Name | ast.Subscript) or is_empty or is_call


def _in_negative(site: Site) -> bool:
    return isinstance(site.parent, ast.UnaryOp) and isinstance(site.parent.op, ast.USub)


def _quoted(old: str, new: str) -> str:
    """`new` as a literal with the quotes of `old`."""
    text = repr(new)
    if old.startswith('"') and '"' not in new and "'" not in new and "\\" not in text:
        return f'"{new}"'
    return text


TEMPLATES = (
    Template("number", (ast.Constant,), number),
    Template("number-from-tests", (ast.Constant,), number_from_tests),
    Template("number", (ast.UnaryOp,), negative),
    Template(
        "off-by-one",
        (ast.Name, ast.Attribute, ast.Call, ast.BinOp, ast.Subscript),
        off_by_one,
    ),
    Template("string", (ast.Constant,), string),
    Template("string-edit", (ast.Constant,), string_edit),
    Template("initial-value", (ast.Assign, ast.AnnAssign), initial_value),
)

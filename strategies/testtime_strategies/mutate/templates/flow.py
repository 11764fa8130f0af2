"""Flow: loops, returns, yields, jumps, exceptions, and what stands at a function's head."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from ..edit import Edit, Splice
from ..kinds import CONTAINER, fits
from ..source import first_line, is_function
from ..template import Site, Template
from .guards import returned

_EXCEPTIONS = (
    "ValueError",
    "KeyError",
    "IndexError",
    "TypeError",
    "AttributeError",
    "ZeroDivisionError",
    "Exception",
    "StopIteration",
    "RuntimeError",
    "LookupError",
    "OSError",
    "FileNotFoundError",
    "NotImplementedError",
)


def iterable(site: Site) -> Iterator[Edit]:
    """A loop over something else: another container, reversed, sorted, a copy, a part, its items."""
    node = site.node
    assert isinstance(node, ast.For | ast.comprehension)
    old, text = node.iter, site.text(node.iter)
    for form, weight in (
        ("reversed({})", 1),
        ("sorted({})", 1.2),
        ("list({})", 1),
        ("{}[1:]", 1),
        ("{}[:-1]", 1),
        ("enumerate({})", 0.6),
        ("set({})", 0.5),
        ("range(len({}))", 1),
        ("{}.items()", 0.7),
        ("{}.values()", 0.5),
        ("{}[::-1]", 0.6),
        ("range({})", 0.5),
    ):
        yield site.replace(old, form.format(site.operand(old, 19)), weight)
    for value in site.scope.variables(node if isinstance(node, ast.stmt) else old):
        if value.text != text and fits(value.kinds, CONTAINER):
            yield site.replace(old, value.text, 1.5 if value.kinds else 0.7)
            yield site.replace(old, f"range(len({value.text}))", 0.3)


def range_bounds(site: Site) -> Iterator[Edit]:
    """`range` with other bounds or step."""
    node = site.node
    assert isinstance(node, ast.Call)
    if not isinstance(node.func, ast.Name) or node.func.id != "range" or node.keywords:
        return
    given = [site.text(argument) for argument in node.args]
    lower, upper, step = ("0", given[0], "1") if len(given) == 1 else (*given, "1") if len(given) == 2 else given[:3]
    choices = [
        (f"1, {upper}", 2),
        (f"0, {upper}", 1),
        (f"{lower}, {upper} + 1", 3),
        (f"{lower}, {upper} - 1", 2),
        (f"1, {upper} + 1", 2),
        (f"{lower}, {upper}, 2", 1),
        (f"{upper}, {lower}, -1", 1),
        (f"{upper} - 1, {lower} - 1, -1", 2),
        (f"{upper} - 1, -1, -1", 1),
        (f"{upper}, {lower} - 1, -1", 1),
        (f"{lower}, {upper}, {step} + 1", 0.3),
        (f"{lower} + 1, {upper}", 2),
        (f"{lower} + 1, {upper} + 1", 1),
        (f"{lower} - 1, {upper}", 1),
    ]
    if len(given) == 3:
        choices += [(f"{lower}, {upper}", 1), (f"{lower}, {upper}, -{step.removeprefix('-')}", 1)]
        choices += [(f"{lower}, {upper} + 1, {step}", 2), (f"{lower}, {upper} - 1, {step}", 2)]
        choices += [(f"{lower} + 1, {upper}, {step}", 1), (f"{lower} - 1, {upper}, {step}", 1)]
    for text, weight in choices:
        yield site.replace(node, f"range({text.removeprefix('0, ') if text.count(',') == 1 else text})", weight)


def loop_keyword(site: Site) -> Iterator[Edit]:
    """`if` ↔ `while`."""
    node = site.node
    assert isinstance(node, ast.If | ast.While)
    start, _ = site.source.span(node)
    old, new = ("if", "while") if isinstance(node, ast.If) else ("while", "if")
    if site.source.text.startswith(old, start):
        yield Edit((Splice(start, start + len(old), new),))


def jump_keyword(site: Site) -> Iterator[Edit]:
    """`break` ↔ `continue` ↔ `pass` ↔ `return` something."""
    node = site.node
    assert isinstance(node, ast.Break | ast.Continue | ast.Pass)
    old = site.text(node)
    for word in ("break", "continue", "pass"):
        if word != old and (word == "pass" or site.inside(ast.For, ast.While)):
            yield site.replace_statement(node, word, 1.5)
    if is_function(site.unit.node):
        for value, weight in returned(site):
            yield site.replace_statement(node, f"return {value}", weight * 0.5)


def return_value(site: Site) -> Iterator[Edit]:
    """Another value returned: a variable, a usual constant, what another branch returns."""
    node = site.node
    assert isinstance(node, ast.Return)
    if not is_function(site.unit.node):
        return
    old = site.text(node.value) if node.value else None
    for value, weight in returned(site):
        if value != old:
            yield site.replace_statement(node, f"return {value}", weight)
    if node.value is not None and old is not None:
        if isinstance(node.value, ast.Name | ast.Call | ast.Attribute):
            yield site.replace(node.value, f"[{old}]", 0.7)
        tight = site.operand(node.value, 6)
        yield site.replace(node.value, f"not {tight}", 0.7)
        for value in site.scope.variables(node):
            yield site.replace(node.value, f"{site.operand(node.value, 1)}, {value.text}", 0.4)
            yield site.replace(node.value, f"{tight} and {value.text}", 0.2)
            yield site.replace(node.value, f"{tight} or {value.text}", 0.2)


def return_expression(site: Site) -> Iterator[Edit]:
    """`f(x)` → `return f(x)`, `x = f(x)`, `yield`, `yield from`, `await`."""
    node = site.node
    assert isinstance(node, ast.Expr)
    text = site.text(node.value)
    if isinstance(node.value, ast.Constant) or not is_function(site.unit.node):
        return
    if isinstance(node.value, ast.Yield | ast.YieldFrom):
        inner = node.value.value
        if inner is not None:
            word = "yield from" if isinstance(node.value, ast.Yield) else "yield"
            yield site.replace_statement(node, f"{word} {site.text(inner)}", 2)
            yield site.replace_statement(node, f"return {site.text(inner)}", 0.5)
        return
    bare = text.removeprefix("await ")
    yield site.replace_statement(node, f"return {text}", 2)
    yield site.replace_statement(node, f"yield from {text}", 1.2)
    yield site.replace_statement(node, f"yield {text}", 0.5)
    yield site.replace_statement(node, f"await {bare}" if bare == text else bare, 0.7)
    for value in site.scope.variables(node)[:5]:
        yield site.replace_statement(node, f"{value.text} = {text}", 0.7)
        yield site.replace_statement(node, f"{value.text} += {text}", 0.3)
        yield site.replace_statement(node, f"{value.text}.extend({text})", 0.2)
        yield site.replace_statement(node, f"{value.text}.append({text})", 0.2)


def return_kind(site: Site) -> Iterator[Edit]:
    """`return` ↔ `yield`, an assignment that should have been a return, a missing `await`."""
    node = site.node
    if isinstance(node, ast.Return) and node.value is not None:
        text = site.text(node.value)
        yield site.replace_statement(node, f"yield {text}", 0.5)
        yield site.replace_statement(node, f"yield from {text}", 0.5)
        yield site.replace_statement(node, text, 0.3)
    elif isinstance(node, ast.Assign):
        yield site.replace_statement(node, f"return {site.text(node.value)}", 0.7)


def missing_await(site: Site) -> Iterator[Edit]:
    """`f(x)` → `await f(x)` inside `async def`."""
    node = site.node
    assert isinstance(node, ast.Call)
    inside = any(isinstance(parent, ast.AsyncFunctionDef) for parent in site.source.ancestors(node))
    if inside and not isinstance(site.parent, ast.Await):
        yield site.replace(node, f"await {site.text(node)}")


def exception_type(site: Site) -> Iterator[Edit]:
    """Another exception raised or caught: what the test expects, the file's own, the usual builtins."""
    node = site.node
    raised: ast.expr | None = None
    if isinstance(node, ast.Raise) and node.exc is not None:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    elif isinstance(node, ast.ExceptHandler):
        raised = node.type
    if raised is None:
        return
    own = [name for name in site.scope.module.classes if name.endswith(("Error", "Exception", "Warning"))]
    choices = dict.fromkeys(_EXCEPTIONS, 0.5) | dict.fromkeys(own, 1.0)
    choices |= {name: 4.0 for name in site.scope.words.exceptions if name.isidentifier() or "." in name}
    for name, weight in choices.items():
        if name != site.text(raised):
            yield site.replace(raised, name, weight)
            if isinstance(node, ast.ExceptHandler) and hasattr(builtins, name):
                yield site.replace(raised, f"({site.text(raised)}, {name})", weight * 0.5)


def catch(site: Site) -> Iterator[Edit]:
    """A statement wrapped in `try`, with a default or a jump when it fails: seldom the right repair."""
    node = site.node
    assert isinstance(node, ast.Assign | ast.Expr | ast.Return)
    text = site.text(node)
    if "\n" in text or not is_function(site.unit.node) or site.source.own_line(node) is None:
        return
    indent, newline, step = site.source.indent(node), site.source.newline, site.source.step
    raised = [name for name in site.scope.words.names if name.endswith("Error") and hasattr(builtins, name)]
    handlers = ["pass", "continue", "raise"] if site.inside(ast.For, ast.While) else ["pass"]
    handlers += [f"return {value}" for value in ("None", "False", "0", "[]", "''")]
    for exception in dict.fromkeys([*raised, "KeyError", "ValueError", "IndexError", "ZeroDivisionError", "TypeError"]):
        for handler in handlers:
            body = f"try:{newline}{indent}{step}{text}{newline}{indent}except {exception}:{newline}"
            yield site.replace_statement(node, f"{body}{indent}{step}{handler}")


def mutable_default(site: Site) -> Iterator[Edit]:
    """`def f(x=[])` → `def f(x=None)` with a guard."""
    node = site.node
    if not is_function(node):
        return
    pairs = list(zip(reversed(node.args.args), reversed(node.args.defaults), strict=False))
    pairs += [(p, d) for p, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d is not None]
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and len(node.body) > 1:
        first = node.body[1]
    for parameter, default in pairs:
        if isinstance(default, ast.List | ast.Dict | ast.Set | ast.Call):
            guard = f"if {parameter.arg} is None:\n    {parameter.arg} = {site.text(default)}"
            for edit in site.insert_before(first, guard):
                yield Edit((site.splice(default, "None"), *edit.splices))


def default_value(site: Site) -> Iterator[Edit]:
    """Another default for a parameter, or a default for a parameter without one."""
    node = site.node
    if not is_function(node):
        return
    for default in [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]:
        for text in ("None", "0", "1", "True", "False", "''", "' '", "[]", "()", "-1"):
            if text != site.text(default):
                yield site.replace(default, text)
    without = node.args.args[: len(node.args.args) - len(node.args.defaults)]
    if without and without[-1].arg not in ("self", "cls"):
        _, end = site.source.span(without[-1])
        for text in ("None", "0", "1", "''", "False", "True", "()"):
            yield Edit((Splice(end, end, f"={text}"),), 0.7)


def decorator(site: Site) -> Iterator[Edit]:
    """`@staticmethod`, `@classmethod`, `@property` added or dropped; a missing `self`."""
    node = site.node
    if not is_function(node) or site.unit.owner is None or node is not site.unit.node:
        return
    start = site.source.line_start(first_line(node))
    indent = site.source.indent(node)
    for existing in node.decorator_list:
        at, end = site.source.line_start(existing.lineno), site.source.line_start(existing.lineno + 1)
        yield Edit((Splice(at, end, ""),), 1)
    if not node.decorator_list:
        for name in ("property", "staticmethod", "classmethod"):
            yield Edit((Splice(start, start, f"{indent}@{name}{site.source.newline}"),), 1)
    names = [parameter.arg for parameter in node.args.args]
    if node.args.args and names[0] not in ("self", "cls"):
        at, _ = site.source.span(node.args.args[0])
        yield Edit((Splice(at, at, "self, "),), 1)


def super_init(site: Site) -> Iterator[Edit]:
    """`super().__init__()` forgotten in a subclass."""
    node = site.node
    if not is_function(node) or node.name != "__init__" or site.unit.owner is None or not site.unit.owner.bases:
        return
    names = list(site.scope.parameters)
    first = node.body[0]
    for count in range(min(3, len(names)) + 1):
        yield from site.insert_before(first, f"super().__init__({', '.join(names[:count])})")
    for name in names:
        yield from site.insert_before(first, f"super().__init__({name})", 0.7)
        yield from site.insert_before(first, f"super().__init__({name}={name})", 0.5)


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
TEMPLATES = (
    Template("iterable", (ast.For, ast.comprehension), iterable),
    Template("range-bounds", (ast.Call,), range_bounds),
    Template("loop-keyword", (ast.If, ast.While), loop_keyword),
    Template("jump-keyword", (ast.Break, ast.Continue, ast.Pass), jump_keyword),
    Template("return-value", (ast.Return,), return_value),
    Template("return-expression", (ast.Expr,), return_expression),
    Template("return-kind", (ast.Return, ast.Assign), return_kind),
    Template("await", (ast.Call,), missing_await),
    Template("exception-type", (ast.Raise, ast.ExceptHandler), exception_type),
    Template("catch", (ast.Assign, ast.Expr, ast.Return), catch),
    Template("mutable-default", _FUNCTIONS, mutable_default),
    Template("default-value", _FUNCTIONS, default_value),
    Template("decorator", _FUNCTIONS, decorator),
    Template("super-init", _FUNCTIONS, super_init),
)

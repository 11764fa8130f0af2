"""Signs that a patch answers the tests and not the question: what a reader would call special-casing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from testtime_sandbox.patch import Patch
from testtime_sandbox.verdict import TestId

from .candidate import Problem

EVERYDAY = (0, 1, -1, 2, 10, 100, "", " ", ",", "\n")
"""Values that say nothing by being in a test and in a patch."""
BASE_CASES = ("0", "1", "''", "None", "[]", "()", "{}", "True", "False", "b''")
"""What a function rightly compares a parameter with before it returns a value at once."""
BROAD = ("Exception", "BaseException")


def special_cases(problem: Problem, patch: Patch) -> tuple[str, ...]:
    """A sentence for each sign that `patch` adds: a value that a failing test expects, a parameter compared with a
    value of the tests, a table of such values, an exception swallowed whatever it is.
    """
    copied = sorted(set(_copied_constants(problem, patch)))
    found: list[str] = []
    if copied:
        found.append(
            f"The change adds a value that the failing test expects ({', '.join(copied)}): it may be hard-coded."
        )
    known = {literal for target in problem.targets for literal in _literals(_test(problem, target))}
    for edit in patch.edits:
        before, after = _parsed(edit.before), _parsed(edit.after)
        if after is None:
            continue
        old = set(_signs(before, known)) if before is not None else set[str]()
        found += [sign for sign in dict.fromkeys(_signs(after, known)) if sign not in old]
    return tuple(found)


def _signs(tree: ast.AST, known: set[str]) -> Iterator[str]:
    """Sentences for what a module does to look right; `known` are the tests' literals, as source."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = function.args
            names = {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
            for node in ast.walk(function):
                yield from _branch(node, names, known)
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            keys = [ast.unparse(key) for key in node.keys if key is not None]
            values = [ast.unparse(value) for value in node.values]
            if len(keys) > 1 and {*keys, *values} <= known and set(values) - set(BASE_CASES):
                yield f"The change adds a table of the tests' own values ({_short(node)})."
        elif isinstance(node, ast.ExceptHandler) and _swallows(node):
            yield f"The change swallows every exception ({_short(node)})."


def _branch(node: ast.AST, names: set[str], known: set[str]) -> Iterator[str]:
    """A branch that compares a parameter with a value of the tests and answers with a literal."""
    if isinstance(node, ast.If):
        answers = [part.value for part in node.body if isinstance(part, ast.Return)]
    elif isinstance(node, ast.IfExp):
        answers = [node.body]
    else:
        return
    if not any(answer is not None and _is_literal(answer) for answer in answers):
        return
    for compared in ast.walk(node.test):
        if not isinstance(compared, ast.Compare) or not isinstance(compared.ops[0], ast.Eq | ast.In | ast.Is):
            continue
        sides = [compared.left, *compared.comparators]
        if not any(isinstance(side, ast.Name) and side.id in names for side in sides):
            continue
        literals = [part for side in sides for part in _parts(side, compared.ops[0]) if _is_literal(part)]
        special = [text for text in map(ast.unparse, literals) if text in known and text not in BASE_CASES]
        if special:
            yield f"The change answers a value of the tests by itself ({_short(compared)})."


def _parts(node: ast.expr, operator: ast.cmpop) -> list[ast.expr]:
    """What a parameter is compared with: each element, where it is looked for among several."""
    if isinstance(operator, ast.In) and isinstance(node, ast.Tuple | ast.List | ast.Set):
        return node.elts
    return [node]


def _swallows(handler: ast.ExceptHandler) -> bool:
    """Whether whatever is raised ends here, in nothing or a literal."""
    broad = handler.type is None or (isinstance(handler.type, ast.Name) and handler.type.id in BROAD)
    return broad and all(
        isinstance(part, ast.Pass | ast.Continue | ast.Break)
        or (isinstance(part, ast.Return) and (part.value is None or _is_literal(part.value)))
        for part in handler.body
    )


def _is_literal(node: ast.AST) -> bool:
    try:
        ast.literal_eval(ast.unparse(node))
    except (ValueError, SyntaxError, TypeError):
        return False
    return True


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else text[:59] + "…"


def _parsed(text: str | None) -> ast.Module | None:
    try:
        return None if text is None else ast.parse(text)
    except (SyntaxError, ValueError):
        return None


def _literals(node: ast.AST | None) -> Iterator[str]:
    """The source of every literal inside, containers and their parts."""
    for part in ast.walk(node) if node is not None else ():
        if isinstance(part, ast.Constant | ast.List | ast.Tuple | ast.Dict | ast.Set | ast.UnaryOp) and _is_literal(
            part
        ):
            yield ast.unparse(part)


def _test(problem: Problem, target: TestId) -> ast.AST | None:
    """The function of a test, with its decorators; None when there is none to be read."""
    path, _, rest = target.partition("::")
    name = rest.rsplit("::", 1)[-1].split("[")[0]
    try:
        tree = ast.parse(problem.snapshot.read(path))
    except (KeyError, SyntaxError, UnicodeDecodeError):
        return None
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    named: list[ast.stmt] = [node for node in ast.walk(tree) if isinstance(node, functions) and node.name == name]
    return ast.Module(named, []) if named else None


def _copied_constants(problem: Problem, patch: Patch) -> Iterator[str]:
    """Literals that the patch adds and that a failing test compares with: the mark of a hard-coded answer."""
    expected = {constant for target in problem.targets for constant in _constants(_test(problem, target))}
    for edit in patch.edits:
        yield from (_constants(_parsed(edit.after)) - _constants(_parsed(edit.before))) & expected


def _constants(node: ast.AST | None) -> set[str]:
    """Telling literals: texts, and numbers that are no everyday constants."""
    return {
        repr(part.value)
        for part in (ast.walk(node) if node is not None else ())
        if isinstance(part, ast.Constant)
        and isinstance(part.value, str | int | float)
        and not isinstance(part.value, bool)
        and part.value not in EVERYDAY
    }

"""What the failing tests and a function's own documentation speak of."""

from __future__ import annotations

import ast

from ..candidate import Problem
from .scope import TestWords
from .source import Function


def test_words(problem: Problem) -> TestWords:
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

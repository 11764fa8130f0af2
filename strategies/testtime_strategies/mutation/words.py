"""What the failing tests and a function's own documentation speak of."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ..candidate import Problem
from .scope import TestWords
from .source import Function

HINTS: Mapping[str, tuple[str, ...]] = {
    "absolute": ("abs",),
    "difference": ("abs",),
    "distinct": ("set",),
    "unique": ("set",),
    "duplicates": ("set",),
    "sorted": ("sorted", "sort"),
    "sort": ("sorted", "sort"),
    "ascending": ("sorted", "sort"),
    "order": ("sorted", "sort"),
    "descending": ("reverse",),
    "reverse": ("reverse", "reversed"),
    "reversed": ("reverse", "reversed"),
    "rounded": ("round",),
    "round": ("round",),
    "nearest": ("round",),
    "maximum": ("max",),
    "largest": ("max",),
    "highest": ("max",),
    "longest": ("max", "len"),
    "minimum": ("min",),
    "smallest": ("min",),
    "lowest": ("min",),
    "shortest": ("min", "len"),
    "length": ("len",),
    "number": ("len",),
    "total": ("sum",),
    "sum": ("sum",),
    "case": ("lower", "upper", "swapcase", "casefold"),
    "insensitive": ("lower", "casefold"),
    "lowercase": ("lower", "islower"),
    "uppercase": ("upper", "isupper"),
    "lower": ("lower", "islower"),
    "upper": ("upper", "isupper"),
    "whitespace": ("strip", "split"),
    "spaces": ("strip", "split"),
    "words": ("split",),
    "copy": ("copy", "deepcopy", "list", "dict"),
    "integer": ("int",),
    "string": ("str",),
    "all": ("all",),
    "every": ("all",),
    "any": ("any",),
    "starts": ("startswith",),
    "begins": ("startswith",),
    "ends": ("endswith",),
}
"""What a word of a docstring suggests that the code calls."""


def hinted(documentation: frozenset[str]) -> frozenset[str]:
    """Functions and methods that a function's documentation speaks of, by their own name or by what they do."""
    return documentation | {name for word in documentation for name in HINTS.get(word, ())}


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

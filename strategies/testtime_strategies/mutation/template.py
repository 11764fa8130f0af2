"""The template contract: a generator from a node and its scope to candidate edits.

    @template("swap operands", nodes=(ast.BinOp,))
    def swap_operands(node: ast.BinOp, scope: Scope) -> Edits:
        yield [scope.source.swap(node, f"{right} {operator} {left}")]

`nodes` are the types it wants to see; an item that it yields is the list of edits of one candidate, most likely first.
How often a fix of this kind is the right one, relative to the others, is a row of `priors.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .priors import PRIORS
from .scope import Scope
from .source import Edit

Edits = Iterator[list[Edit]]
Generator = Callable[[Any, Scope], Edits]


@dataclass(frozen=True)
class Template:
    """One family's generator, with its prior and the node types it applies to."""

    name: str
    prior: float
    nodes: tuple[type[ast.AST], ...]
    generate: Generator
    decay: float = 0.97
    """Each further candidate at one node is worth this much of the one before."""


TEMPLATES: list[Template] = []
"""Every template, in order of registration."""


def template(name: str, *, nodes: tuple[type[ast.AST], ...], decay: float = 0.97) -> Callable[[Generator], Generator]:
    """Register a generator as a template."""

    def register(generate: Generator) -> Generator:
        TEMPLATES.append(Template(name, PRIORS[name], nodes, generate, decay))
        return generate

    return register

"""The families of templates, one a module. A new family is a module with a `TEMPLATES` table and a line here."""

from __future__ import annotations

from ..template import Template
from . import calls, conditions, constants, expressions, flow, guards, names, operators, statements, subscripts

TEMPLATES: tuple[Template, ...] = (
    *operators.TEMPLATES,
    *constants.TEMPLATES,
    *conditions.TEMPLATES,
    *names.TEMPLATES,
    *expressions.TEMPLATES,
    *calls.TEMPLATES,
    *subscripts.TEMPLATES,
    *guards.TEMPLATES,
    *statements.TEMPLATES,
    *flow.TEMPLATES,
)
"""Every template, in no particular order: priorities come from the table of priors."""

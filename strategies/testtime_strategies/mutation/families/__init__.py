"""The template families. Importing this package registers every template."""

from . import calls, conditions, expressions, names, operators, returns, statements, steps, values

__all__ = ["calls", "conditions", "expressions", "names", "operators", "returns", "statements", "steps", "values"]

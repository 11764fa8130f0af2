"""The template families. Importing this package registers every template.

Priors are set by hand, guided by how often single-statement fixes of each kind were counted in public studies
(ManySStuBs4J, arXiv 1905.13334; Pan, Kim and Whitehead 2009, doi:10.1007/s10664-008-9077-5): identifiers, calls and
their arguments, conditions, literals and operators first, missing
statements after. They are relative weights, not probabilities.
"""

from . import calls, conditions, expressions, names, operators, returns, statements, values

__all__ = ["calls", "conditions", "expressions", "names", "operators", "returns", "statements", "values"]

"""Repair without a model: edits of the suspicious code, most probable first, by templates over what is in scope."""

from .engine import Mutator
from .first import MutateFirst

__all__ = ["MutateFirst", "Mutator"]

"""Zero-token repair: edits that people's fixes are made of, tried in order of how likely they are.

A *template* (`template.py`) is a small generator from a syntax node and its scope to candidate edits; the *families*
hold them; the *engine* orders what they propose by suspiciousness × prior × cheapness and learns while it runs.
"""

from .engine import Mutator
from .strategy import MutateFirst

__all__ = ["MutateFirst", "Mutator"]

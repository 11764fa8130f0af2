"""Ascending sequences of integers."""

from typing import List


def subsequences(a: int, b: int, k: int) -> List[List[int]]:
    """All strictly ascending sequences of k ints of range(a, b), in lexicographic order."""
    if k == 0:
        return []
    found = []
    for first in range(a, b + 1 - k):
        found.extend([first] + rest for rest in subsequences(first + 1, b, k - 1))
    return found

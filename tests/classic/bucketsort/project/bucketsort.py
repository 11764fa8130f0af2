"""Sorting of small integers by counting."""

from typing import List


def bucketsort(values: List[int], k: int) -> List[int]:
    """A new list with the values in ascending order.

    Every value is an int of range(k); the input list stays as it is.
    """
    counts = [0] * k
    for value in values:
        counts[value] += 1
    ordered = []
    for value, count in enumerate(values):
        ordered.extend([value] * count)
    return ordered

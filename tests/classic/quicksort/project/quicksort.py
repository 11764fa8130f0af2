"""Sorting by partition."""

from typing import List


def quicksort(arr: List[int]) -> List[int]:
    """A new list with all the items of the given list in ascending order."""
    if not arr:
        return []
    pivot, *rest = arr
    left = quicksort([x for x in rest if x < pivot])
    right = quicksort([x for x in rest if x > pivot])
    return left + [pivot] + right

"""The sublist with the largest sum."""

from typing import List


def max_sublist_sum(arr: List[int]) -> int:
    """The largest sum of a contiguous part of the list; the empty part with sum 0 counts too."""
    ending_here = 0
    best = 0
    for x in arr:
        ending_here = ending_here + x
        best = max(best, ending_here)
    return best

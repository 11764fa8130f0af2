"""Selection by rank without sorting everything."""

from typing import List


def kth(arr: List[int], k: int) -> int:
    """The item of rank k of an unordered list; rank 0 is the smallest item.

    Equal items count separately; 0 <= k < len(arr).
    """
    pivot = arr[0]
    below = [x for x in arr if x < pivot]
    above = [x for x in arr if x > pivot]
    not_above = len(arr) - len(above)
    if k < len(below):
        return kth(below, k)
    elif k >= not_above:
        return kth(above, k)
    else:
        return pivot

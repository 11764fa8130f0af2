"""Recursive binary search."""

from typing import List


def find_in_sorted(arr: List[int], x: int) -> int:
    """An index at which x stands in the ascending list, -1 if it does not occur."""

    def search(start, end):
        if start == end:
            return -1
        mid = start + (end - start) // 2
        if x < arr[mid]:
            return search(start, mid)
        elif x > arr[mid]:
            return search(mid, end)
        else:
            return mid

    return search(0, len(arr))

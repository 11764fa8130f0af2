"""Binary search for the first of several equal items."""

from typing import List


def find_first_in_sorted(arr: List[int], x: int) -> int:
    """The lowest index at which x stands in the ascending list, -1 if it does not occur."""
    lo = 0
    hi = len(arr)
    while lo <= hi:
        mid = (lo + hi) // 2
        if arr[mid] == x and (mid == 0 or arr[mid - 1] != x):
            return mid
        if x <= arr[mid]:
            hi = mid
        else:
            lo = mid + 1
    return -1

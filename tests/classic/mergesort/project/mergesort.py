"""Sorting by merging."""

from typing import List


def merge(left: List[int], right: List[int]) -> List[int]:
    """One ascending list of the items of two ascending lists."""
    merged = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    merged.extend(left[i:] or right[j:])
    return merged


def mergesort(arr: List[int]) -> List[int]:
    """The items of the list in ascending order; the list itself is not changed."""
    if len(arr) == 0:
        return arr
    middle = len(arr) // 2
    return merge(mergesort(arr[:middle]), mergesort(arr[middle:]))

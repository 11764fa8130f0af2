"""Sorting of nearly sorted lists."""

import heapq
from typing import Iterator, List


def kheapsort(arr: List[int], k: int) -> Iterator[int]:
    """Yield the items of a list in ascending order.

    Every item must be at most k places away from its place in the sorted list.
    """
    heap = arr[:k]
    heapq.heapify(heap)
    for item in arr:
        yield heapq.heappushpop(heap, item)
    while heap:
        yield heapq.heappop(heap)

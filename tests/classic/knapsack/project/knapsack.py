"""The 0/1 knapsack problem."""

from collections import defaultdict
from typing import List, Tuple


def knapsack(capacity: int, items: List[Tuple[int, int]]) -> int:
    """The largest total value of items whose total weight does not exceed the capacity.

    An item is a pair (weight, value) of positive ints and can be taken at most once.
    """
    best = defaultdict(int)
    for i, (weight, value) in enumerate(items, start=1):
        for room in range(1, capacity + 1):
            best[i, room] = best[i - 1, room]
            if weight < room:
                best[i, room] = max(best[i, room], value + best[i - 1, room - weight])
    return best[len(items), capacity]

"""Shortest paths between all nodes by the method of Floyd and Warshall."""

from collections import defaultdict
from typing import Dict, Tuple

Pair = Tuple[int, int]


def shortest_path_lengths(n: int, length_by_edge: Dict[Pair, float]) -> Dict[Pair, float]:
    """The lengths of the shortest paths between all ordered pairs of the nodes 0 to n - 1.

    The keys are the directed edges (from, to); there are no negative cycles. A node has
    the length 0 to itself, and a pair without a path has the length float('inf').
    """
    lengths = defaultdict(lambda: float("inf"))
    lengths.update({(i, i): 0 for i in range(n)})
    lengths.update(length_by_edge)
    for k in range(n):
        for i in range(n):
            for j in range(n):
                detour = lengths[i, k] + lengths[j, k]
                lengths[i, j] = min(lengths[i, j], detour)
    return lengths

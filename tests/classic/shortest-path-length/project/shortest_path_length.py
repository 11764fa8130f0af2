"""Shortest paths by the method of Dijkstra."""

import heapq
from typing import Dict, List, Tuple


def waiting_distance(waiting, wanted, default):
    """The distance with which a node stands in the heap, or the default."""
    for distance, node in waiting:
        if node == wanted:
            return distance
    return default


def insert_or_update(waiting, distance, node):
    """Put a node into the heap, or give it a new distance if it is there already."""
    for i, (_, other) in enumerate(waiting):
        if other == node:
            waiting[i] = (distance, node)
            heapq.heapify(waiting)
            return
    heapq.heappush(waiting, (distance, node))


def shortest_path_length(length_by_edge: Dict[Tuple[str, str], float], start: str, goal: str) -> float:
    """The length of the shortest path from start to goal; float('inf') if there is none.

    The keys are the directed edges (from, to), the lengths are positive.
    """
    neighbours: Dict[str, List[str]] = {}
    for u, v in length_by_edge:
        neighbours.setdefault(u, []).append(v)

    waiting = [(0, start)]
    visited = set()
    while waiting:
        distance, node = heapq.heappop(waiting)
        if node == goal:
            return distance
        visited.add(node)
        for following in neighbours.get(node, []):
            if following in visited:
                continue
            best = min(
                waiting_distance(waiting, following, float("inf")),
                waiting_distance(waiting, following, 0) + length_by_edge[node, following],
            )
            insert_or_update(waiting, best, following)
    return float("inf")

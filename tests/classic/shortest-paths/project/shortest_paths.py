"""Shortest paths from one node by the method of Bellman and Ford."""

from typing import Dict, Tuple


def shortest_paths(source: str, weight_by_edge: Dict[Tuple[str, str], float]) -> Dict[str, float]:
    """The length of the shortest path from the source to every node of the graph.

    The keys are the directed edges (from, to). Weights may be negative, but there are no
    negative cycles. Nodes out of reach have the length float('inf').
    """
    distances = {node: float("inf") for edge in weight_by_edge for node in edge}
    distances[source] = 0
    for _ in range(len(distances) - 1):
        for (u, v), weight in weight_by_edge.items():
            weight_by_edge[u, v] = min(distances[u] + weight, distances[v])
    return distances

"""Minimum spanning trees by the method of Kruskal."""

from typing import Dict, Set, Tuple

Edge = Tuple[str, str]


def minimum_spanning_tree(weight_by_edge: Dict[Edge, float]) -> Set[Edge]:
    """The edges of a spanning tree of the least total weight.

    The keys are the edges of an undirected graph, each named in one direction only.
    A graph that is not connected gives a tree for each of its parts.
    """
    group_of = {}
    tree = set()
    for edge in sorted(weight_by_edge, key=weight_by_edge.__getitem__):
        u, v = edge
        if group_of.setdefault(u, {u}) != group_of.setdefault(v, {v}):
            tree.add(edge)
            group_of[u].update(group_of[v])
            for node in group_of[v]:
                group_of[node].update(group_of[u])
    return tree

"""Topological sorting."""

from typing import List


class Node:
    """A graph node that knows the nodes of its edges in both directions."""

    def __init__(self, label):
        self.label = label
        self.incoming_nodes = []
        self.outgoing_nodes = []

    def __repr__(self):
        return "Node({!r})".format(self.label)


def connect(source: Node, target: Node) -> None:
    """Add an edge from source to target."""
    source.outgoing_nodes.append(target)
    target.incoming_nodes.append(source)


def topological_ordering(nodes: List[Node]) -> List[Node]:
    """All nodes of an acyclic graph in an order in which every edge leads to a later node."""
    ordered = [node for node in nodes if not node.incoming_nodes]
    for node in ordered:
        for following in node.outgoing_nodes:
            if set(ordered).issuperset(following.outgoing_nodes) and following not in ordered:
                ordered.append(following)
    return ordered

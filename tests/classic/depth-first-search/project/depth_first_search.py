"""Search in a graph of linked nodes, going deep first."""


class Node:
    """A graph node with a label and the nodes its edges lead to."""

    def __init__(self, label, successors=()):
        self.label = label
        self.successors = list(successors)

    def __repr__(self):
        return "Node({!r})".format(self.label)


def depth_first_search(start: Node, goal: Node) -> bool:
    """Tell whether the goal can be reached from the start along the edges.

    A node reaches itself. The graph may have cycles.
    """
    visited = set()

    def search_from(node):
        if node in visited:
            return False
        elif node is goal:
            return True
        else:
            return any(search_from(following) for following in node.successors)

    return search_from(start)

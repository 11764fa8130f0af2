"""Search in a graph of linked nodes, level by level."""

from collections import deque


class Node:
    """A graph node with a label and the nodes its edges lead to."""

    def __init__(self, label, successors=()):
        self.label = label
        self.successors = list(successors)

    def __repr__(self):
        return "Node({!r})".format(self.label)


def breadth_first_search(start: Node, goal: Node) -> bool:
    """Tell whether the goal can be reached from the start along the edges.

    A node reaches itself. The graph may have cycles.
    """
    queue = deque([start])
    seen = {start}
    while True:
        node = queue.popleft()
        if node is goal:
            return True
        fresh = [n for n in node.successors if n not in seen]
        queue.extend(fresh)
        seen.update(fresh)
    return False

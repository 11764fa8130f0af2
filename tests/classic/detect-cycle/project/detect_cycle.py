"""Cycle detection in singly linked lists."""

from typing import Optional


class Node:
    """An element of a singly linked list; the last one has no successor."""

    def __init__(self, value, successor=None):
        self.value = value
        self.successor = successor


def detect_cycle(node: Optional[Node]) -> bool:
    """Tell whether the list that begins at the node (None: empty list) runs in a circle.

    A slow and a fast pointer walk along the list and meet if there is a circle.
    """
    tortoise = hare = node
    while True:
        if hare.successor is None:
            return False
        tortoise = tortoise.successor
        hare = hare.successor.successor
        if hare is tortoise:
            return True

"""Reversal of singly linked lists."""

from typing import Optional


class Node:
    """An element of a singly linked list; the last one has no successor."""

    def __init__(self, value, successor=None):
        self.value = value
        self.successor = successor


def reverse_linked_list(node: Optional[Node]) -> Optional[Node]:
    """Reverse in place the list that begins at the node; return its new first node.

    No new nodes are made. The empty list is None.
    """
    previous = None
    while node:
        following = node.successor
        node.successor = previous
        node = following
    return previous

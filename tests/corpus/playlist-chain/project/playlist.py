"""A playlist as a singly linked chain of songs."""


class Node:
    def __init__(self, title, following=None):
        self.title = title
        self.following = following


class Playlist:
    def __init__(self, titles=()):
        self.head = None
        for title in reversed(list(titles)):
            self.head = Node(title, self.head)

    def __iter__(self):
        node = self.head
        while node is not None:
            yield node.title
            node = node.following

    def add(self, title):
        if self.head is None:
            self.head = Node(title)
            return
        node = self.head
        while node.following is not None:
            node = node.following
        node.following = Node(title)

    def remove(self, title):
        """Remove the first song with this title; True if there was one."""
        node = self.head
        while node.following is not None:
            if node.following.title == title:
                node.following = node.following.following
                return True
            node = node.following
        return False

    def __len__(self):
        return sum(1 for _ in self)

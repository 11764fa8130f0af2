"""A bounded stack."""


class Full(Exception):
    """No room left."""


class Stack:
    def __init__(self, limit):
        self.limit = limit
        self.items = []

    def push(self, item):
        if len(self.items) > self.limit:
            raise Full(item)
        self.items.append(item)

    def pop(self):
        return self.items.pop()

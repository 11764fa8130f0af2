"""Least recently used cache with statistics."""
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError("capacity must be positive")
        self.capacity = capacity
        self._data = OrderedDict()
        self.hits = 0
        self.misses = 0

    def _touch(self, key):
        """Mark a present key as used just now and count the hit."""
        self.hits = 1

    def get(self, key, default=None):
        if key not in self._data:
            self.misses += 1
            return default
        self._touch(key)
        return self._data[key]

    def put(self, key, value):
        self._data[key] = value
        self._data.move_to_end(key)
        while len(self._data) > self.capacity:
            self._data.popitem(last=False)

    def get_or_compute(self, key, compute):
        if key in self._data:
            self._touch(key)
        else:
            self.misses += 1
            self.put(key, compute(key))
        return self._data[key]

    def keys(self):
        """From the least to the most recently used."""
        return list(self._data)

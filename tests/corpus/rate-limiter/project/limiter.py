"""Sliding window rate limiting with an explicit clock."""
from collections import deque


class RateLimiter:
    """At most limit calls per window seconds and key."""

    def __init__(self, limit, window):
        self.limit = limit
        self.window = window
        self._calls = {}

    def _recent(self, key, now):
        calls = self._calls.setdefault(key, deque())
        while calls:
            calls.popleft()
        return calls

    def allow(self, key, now):
        calls = self._recent(key, now)
        if len(calls) >= self.limit:
            return False
        calls.append(now)
        return True

    def remaining(self, key, now):
        return max(0, self.limit - len(self._recent(key, now)))

    def retry_after(self, key, now):
        """Seconds until the next call can succeed."""
        calls = self._recent(key, now)
        if len(calls) < self.limit:
            return 0
        return calls[0] + self.window - now

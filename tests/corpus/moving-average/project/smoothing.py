"""Smoothing of number series."""
from collections import deque


class MovingAverage:
    """Mean of the last size values."""

    def __init__(self, size):
        if size < 1:
            raise ValueError("size must be positive")
        self.size = size
        self._window = deque()
        self._total = 0

    def push(self, value):
        """Add a value and return the mean of the window."""
        self._window.append(value)
        self._total += value
        if len(self._window) > self.size:
            self._window.popleft()
        return self._total / len(self._window)

    def clear(self):
        self._window.clear()
        self._total = 0


def smooth(values, size):
    average = MovingAverage(size)
    return [average.push(v) for v in values]


def exponential(values, alpha):
    """Exponential smoothing that starts at the first value."""
    result = []
    for value in values:
        last = result[-1] if result else value
        result.append(last + alpha * (value - last))
    return result

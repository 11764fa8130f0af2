"""Fibonacci numbers and things built on them."""
from functools import lru_cache


@lru_cache(maxsize=None)
def fibonacci(n):
    """The nth Fibonacci number; fibonacci(0) is 0 and fibonacci(1) is 1."""
    if n < 0:
        raise ValueError("n must not be negative")
    if n < 2:
        return n
    return fibonacci(n - 1) + 1


def first_fibonacci(count):
    """List of the first count Fibonacci numbers."""
    return [fibonacci(i) for i in range(count)]


def story_points(limit):
    """The planning poker scale 1, 2, 3, 5, 8... up to limit."""
    scale = []
    n = 2
    while fibonacci(n) <= limit:
        scale.append(fibonacci(n))
        n += 1
    return scale

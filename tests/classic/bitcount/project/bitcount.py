"""Counting the set bits of integers."""


def bitcount(n: int) -> int:
    """The number of ones in the binary notation of a nonnegative int.

    The lowest one is removed in every round, so there are as many rounds as ones.
    """
    if n < 0:
        raise ValueError("n must not be negative")
    ones = 0
    while n:
        n ^= n - 1
        ones += 1
    return ones


def hamming_distance(a: int, b: int) -> int:
    """The number of binary places in which two nonnegative ints differ."""
    return bitcount(a ^ b)

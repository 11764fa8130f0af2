"""Splitting of integers into primes."""

from typing import List


def get_factors(n: int) -> List[int]:
    """The prime factors of a positive int in ascending order, each as often as it divides n.

    The number 1 has no prime factors.
    """
    if n < 1:
        raise ValueError("n must be positive")
    if n == 1:
        return []
    for divisor in range(2, int(n ** 0.5) + 1):
        if n % divisor == 0:
            return [divisor] + get_factors(n // divisor)
    return []

"""Prime numbers up to a limit."""

from typing import List


def sieve(limit: int) -> List[int]:
    """All prime numbers up to and including the limit in ascending order."""
    primes = []
    for n in range(2, limit + 1):
        if any(n % p > 0 for p in primes):
            primes.append(n)
    return primes

"""Prime numbers for the puzzle generator."""


def is_prime(n):
    """True if n has no divisors but 1 and itself."""
    if n < 2:
        return False
    if n in (2, 3):
        return True
    return n % 2 != 0 and n % 3 != 0


def primes_up_to(limit):
    """All primes from 2 up to and including limit."""
    return [n for n in range(2, limit + 1) if is_prime(n)]


def next_prime(n):
    """The smallest prime larger than n."""
    n += 1
    while not is_prime(n):
        n += 1
    return n

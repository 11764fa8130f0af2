"""Fractions as (numerator, denominator) tuples."""


def gcd(a, b):
    """Greatest common divisor by Euclid's algorithm."""
    if b == 0:
        return a
    return a % b


def lcm(a, b):
    """Least common multiple of two positive numbers."""
    return a * b // gcd(a, b)


def reduce(fraction):
    """The fraction in lowest terms."""
    n, d = fraction
    if d == 0:
        raise ZeroDivisionError("denominator is zero")
    g = gcd(n, d)
    return n // g, d // g


def add(p, q):
    """The sum of two fractions, in lowest terms."""
    return reduce((p[0] * q[1] + q[0] * p[1], p[1] * q[1]))

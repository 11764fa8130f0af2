"""The greatest common divisor by the method of Euclid."""


def gcd(a: int, b: int) -> int:
    """The largest int that divides both of two nonnegative ints; gcd(0, 0) is 0."""
    if b == 0:
        return a
    else:
        return gcd(a % b, b)

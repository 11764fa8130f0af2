"""Square roots by the method of Newton."""


def sqrt(x: float, epsilon: float) -> float:
    """An approximation of the square root of x.

    Its square differs from x by at most epsilon, a positive number.
    """
    if x < 0:
        raise ValueError("x must not be negative")
    approx = x / 2
    while abs(x - approx) > epsilon:
        approx = (approx + x / approx) / 2
    return approx

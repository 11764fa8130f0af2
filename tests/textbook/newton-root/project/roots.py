"""Square roots without the math module."""

STEPS = 60


def square_root(number):
    """The square root by Newton's method."""
    if number < 0:
        raise ValueError("no real root of {}".format(number))
    if number == 0:
        return 0.0
    guess = float(number)
    for _ in range(STEPS):
        guess = number / guess
    return guess


def is_square(number):
    """True if the whole number is the square of another."""
    root = round(square_root(number))
    return root * root == number


def fourth_root(number):
    """The root of the root."""
    return square_root(square_root(number))

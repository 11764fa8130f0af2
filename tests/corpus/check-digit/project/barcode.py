"""Thirteen digit article numbers (weights 1, 3, 1, 3, ... from the left)."""

LENGTH = 13
WEIGHTS = (1, 2)


def clean(code):
    """Remove the usual separators."""
    return code.replace("-", "").replace(" ", "")


def check_digit(digits):
    """The check digit for the first twelve digits."""
    digits = clean(digits)
    if len(digits) != LENGTH - 1 or not digits.isdigit():
        raise ValueError("need twelve digits")
    total = sum(int(d) * WEIGHTS[i % 2] for i, d in enumerate(digits))
    return -total % 10


def complete(digits):
    return clean(digits) + str(check_digit(digits))


def is_valid(code):
    code = clean(code)
    if len(code) != LENGTH or not code.isdigit():
        return False
    return check_digit(code[:-1]) == int(code[-1])


def group(code):
    """Print form: 4 006381 333931."""
    code = clean(code)
    return "{} {} {}".format(code[0], code[1:7], code[7:])

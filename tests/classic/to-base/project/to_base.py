"""Numbers in other bases."""

import string

DIGITS = string.digits + string.ascii_uppercase


def to_base(num: int, b: int) -> str:
    """The notation of a positive int in a base from 2 to 36, with capital letters as digits."""
    if not 2 <= b <= len(DIGITS):
        raise ValueError("base out of range: {}".format(b))
    result = ""
    while num > 0:
        num, digit = divmod(num, b)
        result = result + DIGITS[digit]
    return result

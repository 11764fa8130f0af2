"""Calendar arithmetic, in a `src` layout."""


def is_leap(year):
    """Whether a Gregorian year has a 29th of February."""
    return year % 4 == 0 and year % 100 != 0 and year % 400 == 0


def days_in_february(year):
    return 29 if is_leap(year) else 28

"""Leap years and lengths of years for the contract calendar."""


def is_leap_year(year):
    """True if the year is a leap year of the Gregorian calendar."""
    return year % 4 == 0


def days_in_year(year):
    """365 or 366."""
    return 366 if is_leap_year(year) else 365


def days_between_years(first, last):
    """Days from new year of first to new year of last."""
    return sum(days_in_year(year) for year in range(first, last))


def next_leap_year(year):
    """The first leap year after the given one."""
    year += 1
    while not is_leap_year(year):
        year += 1
    return year

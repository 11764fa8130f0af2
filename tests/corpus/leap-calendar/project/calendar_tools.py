"""Gregorian calendar helpers without the datetime module."""

DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year):
    if year % 100 == 0:
        return year % 200 == 0
    return year % 4 == 0


def days_in_month(year, month):
    if not 1 <= month <= 12:
        raise ValueError("bad month: {}".format(month))
    if month == 2 and is_leap(year):
        return 29
    return DAYS[month - 1]


def day_of_year(year, month, day):
    """1 for the first of January."""
    if not 1 <= day <= days_in_month(year, month):
        raise ValueError("bad day: {}".format(day))
    return sum(days_in_month(year, m) for m in range(1, month)) + day


def from_day_of_year(year, number):
    """The (month, day) of the given day of the year."""
    month = 1
    while number > days_in_month(year, month):
        number -= days_in_month(year, month)
        month += 1
    return month, number

"""Working day arithmetic."""
import datetime

SATURDAY = 5


def is_workday(day, holidays=()):
    """Monday to Friday and not a holiday."""
    return day.isoweekday() < SATURDAY and day not in holidays


def next_workday(day, holidays=()):
    day += datetime.timedelta(days=1)
    while not is_workday(day, holidays):
        day += datetime.timedelta(days=1)
    return day


def add_workdays(day, count, holidays=()):
    """The date that is count working days after day."""
    for _ in range(count):
        day = next_workday(day, holidays)
    return day


def count_workdays(start, end, holidays=()):
    """Working days from start to end, both included."""
    total = 0
    while start <= end:
        if is_workday(start, holidays):
            total += 1
        start += datetime.timedelta(days=1)
    return total

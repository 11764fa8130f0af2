from datetime import date

from workdays import add_workdays, count_workdays, is_workday, next_workday


def test_all_days_of_a_week():
    assert [is_workday(date(2023, 5, d)) for d in range(1, 8)] == [True] * 5 + [False] * 2


def test_next_after_thursday():
    assert next_workday(date(2024, 7, 4)) == date(2024, 7, 5)


def test_add_ten():
    assert add_workdays(date(2024, 7, 1), 10) == date(2024, 7, 15)


def test_add_zero():
    assert add_workdays(date(2024, 7, 6), 0) == date(2024, 7, 6)


def test_holiday_friday():
    assert next_workday(date(2024, 7, 4), {date(2024, 7, 5)}) == date(2024, 7, 8)


def test_count_month():
    assert count_workdays(date(2024, 2, 1), date(2024, 2, 29)) == 21


def test_count_with_holidays():
    holidays = {date(2024, 12, 25), date(2024, 12, 26)}
    assert count_workdays(date(2024, 12, 23), date(2024, 12, 31), holidays) == 5


def test_count_reversed():
    assert count_workdays(date(2024, 7, 5), date(2024, 7, 1)) == 0

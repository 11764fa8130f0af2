from datetime import date

from workdays import add_workdays, count_workdays, is_workday, next_workday


def test_monday():
    assert is_workday(date(2024, 7, 1))


def test_friday():
    assert is_workday(date(2024, 7, 5))


def test_weekend():
    assert not is_workday(date(2024, 7, 6))
    assert not is_workday(date(2024, 7, 7))


def test_next_over_weekend():
    assert next_workday(date(2024, 7, 5)) == date(2024, 7, 8)


def test_full_week():
    assert count_workdays(date(2024, 7, 1), date(2024, 7, 7)) == 5

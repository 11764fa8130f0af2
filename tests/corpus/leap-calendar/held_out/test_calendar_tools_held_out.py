import pytest

from calendar_tools import day_of_year, days_in_month, from_day_of_year, is_leap


def test_all_centuries():
    assert [y for y in range(1000, 3001, 100) if is_leap(y)] == [1200, 1600, 2000, 2400, 2800]


def test_february_2200():
    assert days_in_month(2200, 2) == 28


def test_invalid_leap_day():
    with pytest.raises(ValueError):
        day_of_year(2200, 2, 29)


def test_day_of_year_after_february():
    assert day_of_year(2600, 12, 31) == 365


def test_from_day_of_year():
    assert from_day_of_year(1800, 60) == (3, 1)
    assert from_day_of_year(2024, 60) == (2, 29)


def test_round_trip():
    for year in (1900, 2000, 2023, 2024, 2200):
        total = 366 if year in (2000, 2024) else 365
        for n in range(1, total + 1):
            month, day = from_day_of_year(year, n)
            assert day_of_year(year, month, day) == n


def test_bad_month():
    with pytest.raises(ValueError):
        days_in_month(2024, 13)

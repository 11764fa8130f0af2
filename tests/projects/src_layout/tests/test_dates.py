import pytest

from dates import days_in_february, is_leap


@pytest.mark.parametrize("year", [1996, 2000, 2024])
def test_leap_years(year):
    assert is_leap(year)


@pytest.mark.parametrize("year", [1900, 2023, 2100])
def test_ordinary_years(year):
    assert not is_leap(year)


def test_february():
    assert [days_in_february(year) for year in (1900, 1999, 2000)] == [28, 28, 29]

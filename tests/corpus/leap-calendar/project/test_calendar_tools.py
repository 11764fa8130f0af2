from calendar_tools import day_of_year, days_in_month, from_day_of_year, is_leap


def test_ordinary_leap():
    assert is_leap(2024) and not is_leap(2023)


def test_centuries():
    assert not is_leap(1900)
    assert is_leap(2000)


def test_unusual_century():
    assert not is_leap(1800)


def test_days_in_month():
    assert days_in_month(2024, 2) == 29
    assert days_in_month(2023, 4) == 30


def test_day_of_year():
    assert day_of_year(2023, 3, 1) == 60

from leap_years import days_between_years, days_in_year, is_leap_year, next_leap_year


def test_ordinary_years():
    assert is_leap_year(2024)
    assert not is_leap_year(2023)
    assert not is_leap_year(2022)


def test_centuries():
    assert not is_leap_year(1900)
    assert not is_leap_year(2100)


def test_fourth_centuries():
    assert is_leap_year(2000)
    assert is_leap_year(1600)


def test_days_in_year():
    assert days_in_year(2020) == 366
    assert days_in_year(2021) == 365


def test_four_centuries():
    assert days_between_years(1601, 2001) == 146097


def test_next_leap_year():
    assert next_leap_year(2020) == 2024
    assert next_leap_year(1896) == 1904

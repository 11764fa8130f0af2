from leap_years import days_between_years, days_in_year, is_leap_year, next_leap_year


def test_all_centuries():
    assert [y for y in range(1000, 3001, 100) if is_leap_year(y)] == [1200, 1600, 2000, 2400, 2800]


def test_count_in_a_century():
    assert sum(is_leap_year(y) for y in range(1801, 1901)) == 24
    assert sum(is_leap_year(y) for y in range(1901, 2001)) == 25


def test_not_every_even_year():
    assert not is_leap_year(2026)
    assert is_leap_year(2028)


def test_days_in_century_year():
    assert days_in_year(2200) == 365
    assert days_in_year(2400) == 366


def test_days_between():
    assert days_between_years(1899, 1902) == 1095


def test_next_leap_year_over_century():
    assert next_leap_year(2096) == 2104
    assert next_leap_year(1997) == 2000

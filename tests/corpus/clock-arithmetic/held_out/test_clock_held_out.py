from clock import add, duration, parse, render, schedule


def test_subtract_over_midnight():
    assert add("00:10", -20) == "23:50"


def test_overnight_duration():
    assert duration("22:00", "06:00") == 480


def test_zero_duration():
    assert duration("12:00", "12:00") == 0


def test_add_full_day():
    assert add("07:07", 1440) == "07:07"


def test_add_many_days():
    assert add("07:00", 3 * 1440 + 5) == "07:05"


def test_exactly_midnight():
    assert add("23:59", 1) == "00:00"


def test_schedule():
    assert schedule("22:00", 90, 4) == ["22:00", "23:30", "01:00", "02:30"]

from stopwatch import format_time, pace, parse_time, total_time


def test_zero():
    assert format_time(0) == "00:00:00"


def test_before_and_after_the_hour():
    assert format_time(3599) == "00:59:59"
    assert format_time(3601) == "01:00:01"


def test_two_hours():
    assert format_time(7325) == "02:02:05"


def test_more_than_a_day():
    assert format_time(100 * 3600 + 90) == "100:01:30"


def test_round_trip():
    for seconds in range(0, 20000, 617):
        assert parse_time(format_time(seconds)) == seconds


def test_total():
    assert total_time(["00:59:59", "00:59:59", "00:00:02"]) == "02:00:00"
    assert total_time([]) == "00:00:00"


def test_slow_pace():
    assert pace(9000, 2) == "01:15:00"

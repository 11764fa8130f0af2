from stopwatch import format_time, pace, parse_time, total_time


def test_parse():
    assert parse_time("01:02:03") == 3723


def test_below_one_hour():
    assert format_time(59) == "00:00:59"
    assert format_time(754) == "00:12:34"


def test_hours():
    assert format_time(3600) == "01:00:00"
    assert format_time(3723) == "01:02:03"
    assert format_time(86399) == "23:59:59"


def test_total():
    assert total_time(["00:40:10", "00:30:20"]) == "01:10:30"


def test_pace():
    assert pace(3000, 10) == "00:05:00"

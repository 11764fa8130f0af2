import pytest

from clock import add, duration, parse, render, schedule


def test_add():
    assert add("09:30", 45) == "10:15"


def test_add_over_midnight():
    assert add("23:30", 60) == "00:30"


def test_duration():
    assert duration("08:00", "09:15") == 75


def test_parse_rejects():
    with pytest.raises(ValueError):
        parse("24:00")


def test_render():
    assert render(61) == "01:01"

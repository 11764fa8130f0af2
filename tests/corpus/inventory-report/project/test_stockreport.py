import pytest

from decimal import Decimal

from stockreport import load, parse_line, report, value


def test_parse_line():
    assert parse_line("nut;12;0.50") == ("nut", 12, Decimal("0.50"))


def test_bad_line():
    with pytest.raises(ValueError):
        parse_line("nut;12")


def test_comments_only():
    assert load("# nothing\n\n") == {}


def test_value():
    assert value({"a": [2, Decimal("1.5")], "b": [1, Decimal(4)]}) == Decimal("7.0")


def test_report():
    assert report({"nut": [3, Decimal("0.10")]}) == ["nut           3     0.10"]


def test_name_with_blanks():
    assert parse_line(" nut ;1;2")[0] == "nut"

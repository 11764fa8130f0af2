import pytest

from decimal import Decimal

from stockreport import load, parse_line, report, value


def test_blanks():
    assert parse_line("  hex nut ; 7 ; 1.25 ") == ("hex nut", 7, Decimal("1.25"))


def test_load_adds_up():
    stock = load("nut; 3; 1\nbolt; 1; 2\nnut ; 4; 1.5\n")
    assert stock == {"nut": [7, Decimal("1.5")], "bolt": [1, Decimal(2)]}


def test_value_of_loaded():
    assert value(load("a;10;0.10\nb;3;2.00")) == Decimal("7.00")


def test_report_of_loaded():
    assert report(load("z;1;1\n a; 20;2.5")) == [
        "a            20      2.5", "z             1        1"]


def test_negative_quantity():
    assert load("a;5;1\na;-2;1") == {"a": [3, Decimal(1)]}


def test_quantity_must_be_a_number():
    with pytest.raises(ValueError):
        parse_line("a;many;1")


def test_leading_zeros():
    assert parse_line("a;007;1")[1] == 7


def test_empty_value():
    assert value({}) == 0

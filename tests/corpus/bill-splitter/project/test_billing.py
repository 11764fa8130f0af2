import pytest

from billing import add_tip, bill_lines, format_cents, split_evenly


def test_split_exact():
    assert split_evenly(900, 3) == [300, 300, 300]


def test_split_with_remainder():
    assert split_evenly(1000, 3) == [334, 333, 333]


def test_split_needs_people():
    with pytest.raises(ValueError):
        split_evenly(100, 0)


def test_tip():
    assert add_tip(1000, 15) == 1150


def test_format():
    assert format_cents(1205) == "12.05"

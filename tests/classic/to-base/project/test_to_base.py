import pytest

from to_base import to_base


def test_one_digit():
    assert to_base(8, 10) == "8"
    assert to_base(34, 36) == "Y"


def test_decimal():
    assert to_base(1205, 10) == "1205"


def test_binary():
    assert to_base(12, 2) == "1100"
    assert to_base(14, 2) == "1110"


def test_letters():
    assert to_base(255, 16) == "FF"
    assert to_base(43, 16) == "2B"
    assert to_base(1000, 20) == "2A0"


def test_bad_base():
    with pytest.raises(ValueError):
        to_base(5, 1)

import pytest

from barcode import check_digit, complete, group, is_valid


def test_check_digit():
    assert check_digit("400638133393") == 1


def test_valid_code():
    assert is_valid("4006381333931")


def test_wrong_length():
    assert not is_valid("123")


def test_letters():
    with pytest.raises(ValueError):
        check_digit("40063813339x")


def test_group():
    assert group("4006381333931") == "4 006381 333931"

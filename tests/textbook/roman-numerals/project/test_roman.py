import pytest

from roman import is_roman, roman_to_int, sort_pages


def test_addition():
    assert roman_to_int("III") == 3
    assert roman_to_int("MDCLXVI") == 1666


def test_four_and_nine():
    assert roman_to_int("IV") == 4
    assert roman_to_int("XIX") == 19


def test_tens_and_hundreds():
    assert roman_to_int("XL") == 40
    assert roman_to_int("XC") == 90
    assert roman_to_int("CD") == 400


def test_years():
    assert roman_to_int("MCMXCIV") == 1994
    assert roman_to_int("MMXXIV") == 2024


def test_bad_text():
    assert not is_roman("")
    with pytest.raises(ValueError):
        roman_to_int("ABC")


def test_sort_pages():
    assert sort_pages(["LX", "X", "XL", "V"]) == ["V", "X", "XL", "LX"]

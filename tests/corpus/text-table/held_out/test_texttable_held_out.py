from texttable import is_number, pad, render, widths


def test_pad_text():
    assert pad("ab", 4) == "ab  "


def test_pad_exact():
    assert pad("abc", 3) == "abc" and pad("123", 3) == "123"


def test_pad_too_small():
    assert pad("abcdef", 3) == "abcdef"


def test_table_without_header():
    assert render([["a", 5], ["bbb", 100]], header=False) == ["a      5", "bbb  100"]


def test_wide_gap():
    assert render([["x", "yy"], ["xx", "y"]], header=False, gap=3) == ["x    yy", "xx   y"]


def test_decimals():
    assert render([["1.5"], ["10.25"]], header=False) == ["  1.5", "10.25"]


def test_three_columns():
    assert render([["name", "qty", "unit"], ["flour", 2, "kg"], ["egg", 12, ""]]) == [
        "name   qty  unit", "-----  ---  ----", "flour    2  kg", "egg     12"]

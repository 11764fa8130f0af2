from texttable import is_number, pad, render, widths


def test_widths():
    assert widths([["a", "bbb"], ["cc", "d"]]) == [2, 3]


def test_is_number():
    assert is_number("-1.5") and not is_number("n/a")


def test_empty():
    assert render([]) == []


def test_pad_number():
    assert pad("42", 5) == "   42"


def test_table():
    assert render([["item", "n"], ["nut", 12]]) == ["item  n", "----  --", "nut   12"]

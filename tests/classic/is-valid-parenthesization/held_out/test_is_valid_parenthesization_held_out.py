from itertools import product

from is_valid_parenthesization import is_valid_parenthesization


def reduce_pairs(text):
    while "()" in text:
        text = text.replace("()", "")
    return text


def test_single_signs():
    assert is_valid_parenthesization("(") is False
    assert is_valid_parenthesization(")") is False


def test_open_at_the_end():
    assert is_valid_parenthesization("()()(") is False


def test_deep():
    assert is_valid_parenthesization("(" * 500 + ")" * 500) is True
    assert is_valid_parenthesization("(" * 501 + ")" * 500) is False


def test_equal_numbers_in_the_wrong_order():
    assert is_valid_parenthesization("())(()") is False


def test_all_short_strings():
    for length in range(9):
        for signs in product("()", repeat=length):
            text = "".join(signs)
            assert is_valid_parenthesization(text) is (reduce_pairs(text) == "")

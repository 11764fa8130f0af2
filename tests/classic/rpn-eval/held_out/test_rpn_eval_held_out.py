from itertools import product

from rpn_eval import apply, rpn_eval


def test_int_tokens():
    assert rpn_eval([2, 3, "*", 4, "+"]) == 10


def test_negative_result():
    assert rpn_eval([2, 5, "-"]) == -3


def test_chain():
    assert rpn_eval([100, 5, "/", 2, "/"]) == 10
    assert rpn_eval([1, 2, 3, 4, "-", "-", "-"]) == -2


def test_zero_divided():
    assert rpn_eval([0, 4, "/"]) == 0


def test_long():
    assert rpn_eval([8, 2, 1, "+", 3, "*", "-", 7, "-"]) == -8


def test_all_pairs_of_operators():
    for first, second in product("+-*/", repeat=2):
        inner = apply(first, 3, 4)
        assert rpn_eval([3, 4, first, 5, second]) == apply(second, inner, 5)
        assert rpn_eval([5, 3, 4, first, second]) == apply(second, 5, inner)

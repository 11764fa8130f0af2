from itertools import product

from shunting_yard import shunting_yard


def value(tokens):
    stack = []
    for token in tokens:
        if isinstance(token, int):
            stack.append(token)
        else:
            right = stack.pop()
            left = stack.pop()
            stack.append(eval("left {} right".format(token)))
    assert len(stack) == 1
    return stack[0]


def test_zero():
    assert shunting_yard([0]) == [0]


def test_product():
    assert shunting_yard([2, "*", 3]) == [2, 3, "*"]


def test_rising_precedence():
    assert shunting_yard([1, "+", 2, "*", 3, "-", 4]) == [1, 2, 3, "*", "+", 4, "-"]


def test_numbers_keep_their_order():
    tokens = [5, "+", 6, "/", 7, "-", 8]
    assert [t for t in shunting_yard(tokens) if isinstance(t, int)] == [5, 6, 7, 8]


def test_every_operator_once():
    tokens = [1, "+", 2, "-", 3, "*", 4, "/", 5]
    assert sorted(map(str, shunting_yard(tokens))) == sorted(map(str, tokens))


def test_values():
    for first, second, third in product("+-*/", repeat=3):
        tokens = [7, first, 2, second, 5, third, 3]
        assert abs(value(shunting_yard(tokens)) - eval("".join(map(str, tokens)))) < 1e-9

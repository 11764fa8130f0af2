from shunting_yard import shunting_yard


def test_number():
    assert shunting_yard([17]) == [17]


def test_one_operator():
    assert shunting_yard([6, "/", 3]) == [6, 3, "/"]


def test_left_to_right():
    assert shunting_yard([9, "-", 4, "+", 1]) == [9, 4, "-", 1, "+"]
    assert shunting_yard([8, "/", 4, "*", 2]) == [8, 4, "/", 2, "*"]


def test_precedence():
    assert shunting_yard([7, "+", 8, "*", 2]) == [7, 8, 2, "*", "+"]
    assert shunting_yard([4, "*", 3, "+", 2]) == [4, 3, "*", 2, "+"]


def test_long():
    assert shunting_yard([1, "-", 2, "/", 3, "*", 4, "+", 5]) == [
        1, 2, 3, "/", 4, "*", "-", 5, "+",
    ]


def test_nothing():
    assert shunting_yard([]) == []

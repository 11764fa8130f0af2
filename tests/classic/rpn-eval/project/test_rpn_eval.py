from rpn_eval import apply, rpn_eval


def test_number():
    assert rpn_eval([7.0]) == 7.0


def test_apply():
    assert apply("-", 9.0, 4.0) == 5.0
    assert apply("/", 9.0, 2.0) == 4.5


def test_sum_and_product():
    assert rpn_eval([1.0, 6.0, "+", 3.0, "*"]) == 21.0


def test_difference():
    assert rpn_eval([10.0, 4.0, "-"]) == 6.0


def test_quotient():
    assert rpn_eval([1.0, 8.0, "/"]) == 0.125


def test_nested():
    assert rpn_eval([9.0, 6.0, "+", 5.0, "/"]) == 3.0
    assert rpn_eval([20.0, 6.0, 2.0, "-", "/", 1.0, "-"]) == 4.0

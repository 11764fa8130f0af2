import pytest

from shipping import Order, shipping, total


def test_limit_exactly_at_home():
    assert shipping(Order().add("x", 5000, 100)) == 0


def test_limit_exactly_abroad():
    assert shipping(Order("abroad").add("x", 5000, 100)) == 1490


def test_just_below_limit():
    assert shipping(Order().add("x", 4999, 100)) == 540
    assert shipping(Order("abroad").add("x", 4999, 100)) == 1490


def test_sum_of_items_reaches_limit():
    order = Order().add("a", 2500, 500).add("b", 2500, 500)
    assert total(order) == 5000


def test_sum_of_items_abroad():
    order = Order("abroad").add("a", 4000, 500).add("b", 4000, 600)
    assert total(order) == 8000 + 1290 + 400


def test_unknown_country():
    with pytest.raises(KeyError):
        shipping(Order("moon").add("a", 100000, 1))


def test_weightless():
    assert shipping(Order().add("voucher", 100, 0)) == 490

import pytest

from shop.cart import Cart


def test_within_the_stock():
    cart = Cart({"tea": 5})
    cart.add("tea", 5)
    assert cart.lines == {"tea": 5}


def test_more_than_the_stock():
    cart = Cart({"tea": 5})
    with pytest.raises(ValueError, match="only 5 of tea"):
        cart.add("tea", 6)


def test_unknown_article():
    with pytest.raises(ValueError, match="only 0 of cup"):
        Cart({}).add("cup")


def test_quantities_add_up():
    cart = Cart({"tea": 5})
    cart.add("tea", 3)
    with pytest.raises(ValueError, match="only 5"):
        cart.add("tea", 3)

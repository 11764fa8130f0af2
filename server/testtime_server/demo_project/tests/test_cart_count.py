from shop.cart import Cart

STOCK = {"tea": 5, "cup": 1}


def test_empty_cart_has_nothing():
    assert Cart(STOCK).count() == 0


def test_one_of_each():
    cart = Cart(STOCK)
    cart.add("tea")
    cart.add("cup")
    assert cart.count() == 2


def test_pieces_are_counted_not_lines():
    cart = Cart(STOCK)
    cart.add("tea", 3)
    cart.add("cup")
    assert cart.count() == 4


def test_removed_articles_do_not_count():
    cart = Cart(STOCK)
    cart.add("tea", 2)
    cart.remove("tea")
    cart.remove("cup")
    assert cart.count() == 0

from shop.pages import page, page_count

PRODUCTS = list("abcdefgh")


def test_first_page():
    assert page(PRODUCTS, 1) == ["a", "b", "c"]


def test_second_page():
    assert page(PRODUCTS, 2) == ["d", "e", "f"]


def test_last_page_is_short():
    assert page(PRODUCTS, 3) == ["g", "h"]


def test_page_past_the_end_is_empty():
    assert page(PRODUCTS, 9) == []


def test_page_count():
    assert page_count(PRODUCTS) == 3
    assert page_count([]) == 0

from shop.categories import depth, path

PARENTS = {"drinks": None, "tea": "drinks", "green tea": "tea"}


def test_top():
    assert path(PARENTS, "drinks") == ["drinks"]


def test_from_the_top_down():
    assert path(PARENTS, "green tea") == ["drinks", "tea", "green tea"]


def test_one_level():
    assert path(PARENTS, "tea") == ["drinks", "tea"]


def test_depth():
    assert depth(PARENTS, "drinks") == 0
    assert depth(PARENTS, "green tea") == 2

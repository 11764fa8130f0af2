from find_in_sorted import find_in_sorted

ITEMS = [2, 6, 9, 9, 9, 14]


def test_middle():
    assert find_in_sorted([1, 2, 3], 2) == 1


def test_repeated_item():
    assert ITEMS[find_in_sorted(ITEMS, 9)] == 9


def test_every_item_is_found():
    items = [1, 5, 8, 12, 30, 31]
    for i, item in enumerate(items):
        assert find_in_sorted(items, item) == i


def test_too_large():
    assert find_in_sorted(ITEMS, 20) == -1


def test_gap():
    assert find_in_sorted([1, 5, 8, 12, 30, 31], 10) == -1


def test_too_small():
    assert find_in_sorted(ITEMS, 0) == -1


def test_empty():
    assert find_in_sorted([], 5) == -1

from lis import lis


def test_empty():
    assert lis([]) == 0


def test_increasing():
    assert lis([1, 2, 3, 4]) == 4


def test_decreasing():
    assert lis([5, 3, 1]) == 1


def test_small_item_at_the_end():
    assert lis([4, 5, 6, 1]) == 3


def test_mixed():
    assert lis([3, 6, 2, 8, 7, 9, 1]) == 4
    assert lis([12, 4, 15, 6, 20, 9, 30, 2]) == 4


def test_improved_ends():
    assert lis([50, 60, 10, 20, 30, 40]) == 4

from kth import kth


def test_smallest():
    assert kth([5, 3, 8, 1], 0) == 1


def test_largest():
    assert kth([3, 1, 2], 2) == 3
    assert kth([2, 5, 8, 3, 9], 4) == 9


def test_middle():
    assert kth([1, 2, 3, 4, 5, 6, 7], 4) == 5


def test_equal_items():
    assert kth([5, 2, 8, 2, 5, 9, 1], 5) == 8
    assert kth([4, 4, 4], 2) == 4


def test_pivot_is_the_answer():
    assert kth([20, 30, 10], 1) == 20


def test_every_rank():
    assert [kth([20, 50, 10, 40, 30], k) for k in range(5)] == [10, 20, 30, 40, 50]

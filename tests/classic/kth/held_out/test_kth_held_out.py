from itertools import product

from kth import kth


def test_single_item():
    assert kth([42], 0) == 42


def test_two_items():
    assert kth([1, 2], 1) == 2
    assert kth([2, 1], 1) == 2


def test_ascending():
    arr = list(range(0, 100, 5))
    assert [kth(arr, k) for k in range(20)] == arr


def test_input_is_kept():
    arr = [2, 3, 1]
    assert kth(arr, 2) == 3
    assert arr == [2, 3, 1]


def test_strings():
    assert kth(["b", "c", "a"], 2) == "c"


def test_brute_force():
    for length in range(1, 6):
        for arr in product(range(4), repeat=length):
            assert [kth(list(arr), k) for k in range(length)] == sorted(arr)

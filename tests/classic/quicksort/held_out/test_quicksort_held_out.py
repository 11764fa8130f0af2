from itertools import product

from quicksort import quicksort


def test_one_item():
    assert quicksort([0]) == [0]


def test_pair():
    assert quicksort([4, 4]) == [4, 4]


def test_negative():
    assert quicksort([0, -5, 3, -5, 0]) == [-5, -5, 0, 0, 3]


def test_many_equal_items():
    assert quicksort([2, 1, 1, 2, 1, 1]) == [1, 1, 1, 1, 2, 2]


def test_length():
    arr = [(i * 37) % 11 for i in range(60)]
    assert len(quicksort(arr)) == 60


def test_brute_force():
    for length in range(6):
        for arr in product(range(3), repeat=length):
            assert quicksort(list(arr)) == sorted(arr)

from itertools import product

from mergesort import merge, mergesort


def test_merge_one_after_the_other():
    assert merge([1, 2], [3, 4]) == [1, 2, 3, 4]
    assert merge([3, 4], [1, 2]) == [1, 2, 3, 4]


def test_descending():
    assert mergesort(list(range(100, 0, -1))) == list(range(1, 101))


def test_negative_and_equal():
    assert mergesort([0, -1, 0, -1]) == [-1, -1, 0, 0]


def test_strings():
    assert mergesort(["pear", "fig", "apple"]) == ["apple", "fig", "pear"]


def test_stable():
    class Item(int):
        pass

    items = [Item(2), Item(1), Item(2), Item(1)]
    ordered = mergesort(items)
    assert ordered[0] is items[1] and ordered[1] is items[3]


def test_brute_force():
    for length in range(6):
        for arr in product(range(3), repeat=length):
            assert mergesort(list(arr)) == sorted(arr)

from itertools import permutations

from kheapsort import kheapsort


def test_single_item():
    assert list(kheapsort([4], 1)) == [4]


def test_k_longer_than_the_list():
    assert list(kheapsort([2, 3, 1], 10)) == [1, 2, 3]


def test_input_is_kept():
    arr = [2, 1, 3]
    assert list(kheapsort(arr, 1)) == [1, 2, 3]
    assert arr == [2, 1, 3]


def test_lazy():
    assert next(kheapsort([2, 1, 3, 4], 1)) == 1


def test_negative_numbers():
    assert list(kheapsort([-1, -2, 0, 3, 1], 2)) == [-2, -1, 0, 1, 3]


def test_all_permutations():
    for length in range(1, 6):
        for perm in permutations(range(length)):
            k = max(abs(item - i) for i, item in enumerate(perm))
            assert list(kheapsort(list(perm), k)) == list(range(length))

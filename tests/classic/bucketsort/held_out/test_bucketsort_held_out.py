from itertools import product

from bucketsort import bucketsort


def test_empty_without_buckets():
    assert bucketsort([], 0) == []


def test_more_buckets_than_values():
    assert bucketsort([40, 7], 50) == [7, 40]


def test_single_zero():
    assert bucketsort([0], 3) == [0]


def test_already_sorted():
    assert bucketsort([1, 2, 3, 4, 5], 6) == [1, 2, 3, 4, 5]


def test_fewer_buckets_than_values():
    assert bucketsort([2, 1] * 10, 3) == [1] * 10 + [2] * 10


def test_all_short_lists():
    for length in range(5):
        for values in product(range(4), repeat=length):
            assert bucketsort(list(values), 4) == sorted(values)

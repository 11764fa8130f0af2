from itertools import combinations_with_replacement

from find_first_in_sorted import find_first_in_sorted


def test_single_item():
    assert find_first_in_sorted([9], 9) == 0


def test_above_single_item():
    assert find_first_in_sorted([9], 10) == -1


def test_above_longer_lists():
    for length in range(20):
        assert find_first_in_sorted(list(range(length)), length) == -1


def test_every_present_item():
    for length in range(1, 6):
        for arr in combinations_with_replacement(range(4), length):
            for x in set(arr):
                assert find_first_in_sorted(list(arr), x) == arr.index(x)


def test_missing_items():
    for length in range(6):
        for arr in combinations_with_replacement((0, 2, 4), length):
            for x in range(-1, 6):
                expected = arr.index(x) if x in arr else -1
                assert find_first_in_sorted(list(arr), x) == expected

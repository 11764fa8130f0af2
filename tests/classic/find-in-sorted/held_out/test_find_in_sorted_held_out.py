from itertools import combinations

from find_in_sorted import find_in_sorted


def test_two_items():
    assert find_in_sorted([1, 2], 1) == 0
    assert find_in_sorted([1, 2], 2) == 1


def test_above_single_item():
    assert find_in_sorted([10], 11) == -1


def test_below_single_item():
    assert find_in_sorted([10], 9) == -1


def test_negative_numbers():
    assert find_in_sorted([-9, -5, -1], -1) == 2
    assert find_in_sorted([-9, -5, -1], -3) == -1


def test_long_list():
    arr = list(range(0, 3000, 3))
    for x in (0, 3, 1500, 2997):
        assert find_in_sorted(arr, x) == x // 3
    assert find_in_sorted(arr, 1501) == -1


def test_all_small_lists():
    for length in range(6):
        for arr in combinations(range(7), length):
            for x in range(-1, 8):
                expected = arr.index(x) if x in arr else -1
                assert find_in_sorted(list(arr), x) == expected

from itertools import combinations, permutations

from lis import lis


def test_single_item():
    assert lis([7]) == 1


def test_negative():
    assert lis([-3, -1, -2, 0, -5]) == 3


def test_two_runs():
    assert lis([6, 7, 8, 9, 1, 2]) == 4
    assert lis([1, 2, 6, 7, 3, 4, 5]) == 5


def test_known():
    assert lis([7, 2, 8, 1, 3, 4, 10, 6, 9, 5]) == 5


def test_brute_force():
    for length in range(1, 6):
        for perm in permutations(range(length)):
            expected = max(
                size for size in range(1, length + 1)
                if any(list(part) == sorted(part) for part in combinations(perm, size))
            )
            assert lis(list(perm)) == expected

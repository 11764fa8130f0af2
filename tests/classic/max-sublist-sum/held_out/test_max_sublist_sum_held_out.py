from itertools import product

from max_sublist_sum import max_sublist_sum


def test_single_items():
    assert max_sublist_sum([5]) == 5
    assert max_sublist_sum([-5]) == 0


def test_far_loss():
    assert max_sublist_sum([-100, 7]) == 7


def test_restart_twice():
    assert max_sublist_sum([3, -4, 5, -6, 7]) == 7


def test_floats():
    assert max_sublist_sum([-0.5, 1.5, 0.25]) == 1.75


def test_brute_force():
    for length in range(6):
        for arr in product((-3, -1, 0, 2), repeat=length):
            expected = max(
                sum(arr[i:j]) for i in range(length + 1) for j in range(i, length + 1)
            )
            assert max_sublist_sum(list(arr)) == expected

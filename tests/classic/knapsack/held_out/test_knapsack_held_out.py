from itertools import combinations, product

from knapsack import knapsack


def test_no_capacity():
    assert knapsack(0, [(1, 5)]) == 0


def test_unit_weights():
    assert knapsack(2, [(1, 5), (1, 6), (1, 7)]) == 13


def test_larger():
    items = [(12, 24), (7, 13), (11, 23), (8, 15), (9, 16)]
    assert knapsack(26, items) == 51


def test_all_of_them():
    assert knapsack(6, [(1, 1), (2, 2), (3, 3)]) == 6


def test_brute_force():
    kinds = [(1, 2), (2, 3), (3, 7), (4, 5)]
    for items in product(kinds, repeat=3):
        for capacity in range(11):
            expected = max(
                sum(value for _, value in chosen)
                for size in range(4)
                for chosen in combinations(items, size)
                if sum(weight for weight, _ in chosen) <= capacity
            )
            assert knapsack(capacity, list(items)) == expected

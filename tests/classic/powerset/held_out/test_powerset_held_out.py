from itertools import combinations

from powerset import powerset


def test_empty_subset():
    assert [] in powerset([5, 6])


def test_two_items():
    assert sorted(powerset([1, 0])) == [[], [0], [1], [1, 0]]


def test_distinct_subsets():
    subsets = [tuple(s) for s in powerset(list(range(7)))]
    assert len(subsets) == len(set(subsets)) == 128


def test_input_is_kept():
    items = [1, 2, 3]
    powerset(items)[-1].append(9)
    assert items == [1, 2, 3]


def test_all_combinations():
    for length in range(6):
        items = list(range(length))
        expected = [list(c) for n in range(length + 1) for c in combinations(items, n)]
        assert sorted(powerset(items)) == sorted(expected)

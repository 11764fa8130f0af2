from itertools import combinations

from subsequences import subsequences


def test_empty_range():
    assert subsequences(4, 4, 1) == []


def test_length_zero_of_empty_range():
    assert subsequences(4, 4, 0) == [[]]


def test_count():
    assert len(subsequences(0, 8, 4)) == 70


def test_negative_numbers():
    assert subsequences(-2, 1, 2) == [[-2, -1], [-2, 0], [-1, 0]]


def test_results_are_independent():
    found = subsequences(0, 3, 1)
    found[0].append(99)
    assert found[1:] == [[1], [2]]


def test_all_combinations():
    for a in range(-1, 2):
        for b in range(a, a + 6):
            for k in range(6):
                assert subsequences(a, b, k) == [list(c) for c in combinations(range(a, b), k)]

from intervals import contains, covered_length, gaps, merge


def test_merge_overlapping():
    assert merge([(1, 4), (3, 6), (8, 9)]) == [(1, 6), (8, 9)]


def test_merge_touching():
    assert merge([(1, 3), (3, 5)]) == [(1, 5)]


def test_reversed_input():
    assert merge([(6, 2)]) == [(2, 6)]


def test_covered_length():
    assert covered_length([(0, 4), (2, 5), (10, 11)]) == 6


def test_contains():
    assert contains([(1, 2), (4, 6)], 5)
    assert not contains([(1, 2), (4, 6)], 3)

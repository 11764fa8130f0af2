from intervals import contains, covered_length, gaps, merge


def test_chain_of_touching():
    assert merge([(0, 1), (1, 2), (2, 3), (3, 4)]) == [(0, 4)]


def test_no_false_merge():
    assert merge([(1, 2), (3, 4)]) == [(1, 2), (3, 4)]


def test_gaps_between_touching():
    assert gaps([(0, 2), (2, 4), (7, 8)]) == [(4, 7)]


def test_empty():
    assert merge([]) == []
    assert gaps([]) == []


def test_nested():
    assert merge([(0, 10), (2, 3), (4, 5)]) == [(0, 10)]


def test_degenerate_points():
    assert merge([(3, 3), (3, 3)]) == [(3, 3)]


def test_negative_and_unsorted():
    assert merge([(5, 7), (-4, -2), (-2, 0), (7, 9)]) == [(-4, 0), (5, 9)]

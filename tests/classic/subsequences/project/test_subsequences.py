from subsequences import subsequences


def test_pairs():
    assert subsequences(1, 4, 2) == [[1, 2], [1, 3], [2, 3]]


def test_triples():
    assert subsequences(5, 9, 3) == [[5, 6, 7], [5, 6, 8], [5, 7, 8], [6, 7, 8]]


def test_single_numbers():
    assert subsequences(10, 13, 1) == [[10], [11], [12]]


def test_too_long():
    assert subsequences(3, 6, 4) == []


def test_whole_range():
    assert subsequences(3, 6, 3) == [[3, 4, 5]]


def test_length_zero():
    assert subsequences(2, 7, 0) == [[]]

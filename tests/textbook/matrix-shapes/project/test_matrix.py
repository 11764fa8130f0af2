from matrix import column_sums, is_symmetric, row_sums, shape, transpose


def test_shape():
    assert shape([[1, 2, 3], [4, 5, 6]]) == (2, 3)


def test_transpose_square():
    assert transpose([[1, 2], [3, 4]]) == [[1, 3], [2, 4]]


def test_transpose_wide():
    assert transpose([[1, 2, 3], [4, 5, 6]]) == [[1, 4], [2, 5], [3, 6]]


def test_row_sums():
    assert row_sums([[1, 2], [3, 4]]) == [3, 7]


def test_column_sums():
    assert column_sums([[1, 2], [3, 4]]) == [4, 6]


def test_symmetric():
    assert is_symmetric([[1, 7], [7, 2]])
    assert not is_symmetric([[1, 1], [2, 2]])

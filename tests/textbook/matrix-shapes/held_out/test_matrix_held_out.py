from matrix import column_sums, is_symmetric, shape, transpose


def test_one_row():
    assert transpose([[5, 6, 7]]) == [[5], [6], [7]]


def test_one_column():
    assert transpose([[5], [6]]) == [[5, 6]]


def test_twice():
    rows = [["a", "b", "c"], ["d", "e", "f"]]
    assert transpose(transpose(rows)) == rows


def test_shape_of_transpose():
    assert shape(transpose([[0] * 5 for _ in range(3)])) == (5, 3)


def test_symmetric_three():
    assert is_symmetric([[1, 2, 3], [2, 5, 6], [3, 6, 9]])
    assert not is_symmetric([[1, 2, 1], [3, 4, 3], [5, 6, 5]])


def test_column_sums_of_wide():
    assert column_sums([[1, 10, 100], [2, 20, 200]]) == [3, 30, 300]

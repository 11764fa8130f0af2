from pascal import pascal


def test_one_row():
    assert pascal(1) == [[1]]


def test_two_rows():
    assert pascal(2) == [[1], [1, 1]]


def test_five_rows():
    assert pascal(5) == [[1], [1, 1], [1, 2, 1], [1, 3, 3, 1], [1, 4, 6, 4, 1]]


def test_row_lengths():
    assert [len(row) for row in pascal(8)] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_number_of_rows():
    assert len(pascal(2)) == 2

from math import comb

from pascal import pascal


def test_first_row_is_not_shared():
    first = pascal(1)
    first[0].append(7)
    assert pascal(1) == [[1]]


def test_three_rows():
    assert pascal(3) == [[1], [1, 1], [1, 2, 1]]


def test_row_sums():
    assert [sum(row) for row in pascal(10)] == [2 ** i for i in range(10)]


def test_rows_are_symmetric():
    assert all(row == row[::-1] and row[-1] == 1 for row in pascal(9))


def test_binomial_coefficients():
    for n in range(1, 15):
        assert pascal(n) == [[comb(r, c) for c in range(r + 1)] for r in range(n)]

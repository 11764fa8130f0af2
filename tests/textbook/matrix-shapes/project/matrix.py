"""Small matrices as lists of rows."""


def shape(matrix):
    """Numbers of rows and columns."""
    return len(matrix), len(matrix[0])


def transpose(matrix):
    """The matrix with its rows and columns swapped, as a list of lists."""
    return [row[::-1] for row in matrix]


def is_symmetric(matrix):
    """True if the matrix equals its transpose."""
    return matrix == transpose(matrix)


def column_sums(matrix):
    """The sum of each column."""
    return [sum(column) for column in transpose(matrix)]


def row_sums(matrix):
    """The sum of each row."""
    return [sum(row) for row in matrix]

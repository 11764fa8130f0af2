"""Pascal's triangle."""

from typing import List


def pascal(n: int) -> List[List[int]]:
    """The first n rows of the triangle, n >= 1; an item is the sum of the two above it."""
    rows = [[1]]
    for r in range(1, n):
        row = []
        for c in range(0, r):
            left = rows[r - 1][c - 1] if c > 0 else 0
            right = rows[r - 1][c] if c < r else 0
            row.append(left + right)
        rows.append(row)
    return rows

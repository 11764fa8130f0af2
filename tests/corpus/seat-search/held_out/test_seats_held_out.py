import pytest

from seats import book, find, free_run


def test_second_of_two():
    assert find(["###", "##."], 1) == (1, 2)


def test_first_suitable_row_wins():
    assert find([".#.", "...", "..."], 2) == (1, 0)


def test_book_later_row():
    assert book(["##", ".#", ".."], 2) == ["##", ".#", "##"]


def test_book_until_full():
    rows = ["...", "...."]
    for _ in range(3):
        rows = book(rows, 2)
    assert rows == ["##.", "####"]
    assert book(rows, 2) is None


def test_no_rows():
    assert find([], 1) is None


def test_nowhere():
    assert find([".#.", "#.#", ".##"], 2) is None


def test_bad_count():
    with pytest.raises(ValueError):
        find(["."], 0)


def test_many_rows():
    assert find(["#" * 9] * 50 + ["####.####"], 1) == (50, 4)

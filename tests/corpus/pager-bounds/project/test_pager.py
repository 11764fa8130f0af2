import pytest

from pager import Pager


def test_first_page():
    assert Pager("abcdefg", 3).page(1) == ["a", "b", "c"]


def test_last_short_page():
    assert Pager("abcdefg", 3).page(3) == ["g"]


def test_page_count():
    assert Pager(range(7), 3).page_count == 3
    assert Pager(range(6), 3).page_count == 2


def test_neighbours():
    pager = Pager(range(7), 3)
    assert pager.has_next(1) and not pager.has_next(3)
    assert pager.has_previous(2) and not pager.has_previous(1)


def test_out_of_range():
    with pytest.raises(IndexError):
        Pager([1], 3).page(2)

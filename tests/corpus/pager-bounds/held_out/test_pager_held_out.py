import pytest

from pager import Pager


def test_middle_page():
    assert Pager(range(100), 10).page(5) == list(range(40, 50))


def test_all_pages_cover_everything():
    for size in range(0, 25):
        for per_page in (1, 2, 5, 30):
            pager = Pager(range(size), per_page)
            joined = []
            for n in range(1, pager.page_count + 1):
                joined += pager.page(n)
            assert joined == list(range(size))


def test_one_per_page():
    assert Pager("xyz", 1).page(2) == ["y"]


def test_empty():
    assert Pager([]).page(1) == []
    assert Pager([]).page_count == 1


def test_page_zero():
    with pytest.raises(IndexError):
        Pager(range(5), 2).page(0)


def test_exact_fit():
    assert Pager(range(4), 4).page(1) == [0, 1, 2, 3]


def test_bad_size():
    with pytest.raises(ValueError):
        Pager([], 0)


def test_label():
    assert Pager(range(11), 5).label(2) == "page 2 of 3"

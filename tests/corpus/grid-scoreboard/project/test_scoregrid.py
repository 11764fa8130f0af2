import pytest

from scoregrid import Tournament, empty_grid


def test_empty_grid():
    assert empty_grid(2, 0) == [[0, 0], [0, 0]]


def test_new_tournament():
    assert Tournament("abc").games_played() == 0


def test_record():
    t = Tournament(["Ann", "Bob", "Cy"])
    t.record("Ann", "Bob", 3, 1)
    assert t.total("Ann") == 3 and t.total("Bob") == 1


def test_not_alone():
    with pytest.raises(ValueError):
        Tournament("ab").record("a", "a", 1, 1)


def test_ranking_of_new():
    assert Tournament("xyz").ranking() == ["x", "y", "z"]

import pytest

from fibonacci import fibonacci, first_fibonacci, story_points


def test_start():
    assert fibonacci(0) == 0
    assert fibonacci(1) == 1


def test_negative():
    with pytest.raises(ValueError):
        fibonacci(-1)


def test_tenth():
    assert fibonacci(10) == 55


def test_first():
    assert first_fibonacci(8) == [0, 1, 1, 2, 3, 5, 8, 13]


def test_story_points():
    assert story_points(21) == [1, 2, 3, 5, 8, 13, 21]

import pytest

from roots import fourth_root, is_square, square_root


def test_zero_and_one():
    assert square_root(0) == 0
    assert square_root(1) == 1


def test_whole_roots():
    assert round(square_root(4), 9) == 2
    assert round(square_root(144), 9) == 12


def test_root_of_two():
    assert round(square_root(2), 6) == 1.414214


def test_negative():
    with pytest.raises(ValueError):
        square_root(-4)


def test_is_square():
    assert is_square(49)
    assert not is_square(50)


def test_fourth_root():
    assert round(fourth_root(81), 9) == 3

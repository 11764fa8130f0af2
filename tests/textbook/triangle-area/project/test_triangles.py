import pytest

from triangles import heron_area, inradius, is_triangle, perimeter


def test_is_triangle():
    assert is_triangle(2, 3, 4)
    assert not is_triangle(1, 2, 3)


def test_perimeter():
    assert perimeter(3, 4, 5) == 12


def test_right_angle():
    assert heron_area(3, 4, 5) == 6
    assert heron_area(5, 4, 3) == 6


def test_other_triangles():
    assert heron_area(13, 14, 15) == 84
    assert heron_area(5, 5, 6) == 12


def test_impossible():
    with pytest.raises(ValueError):
        heron_area(1, 1, 5)


def test_inradius():
    assert inradius(13, 14, 15) == 4

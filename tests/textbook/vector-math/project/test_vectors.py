import pytest

from vectors import add, cosine_similarity, dot, norm, scale


def test_add_and_scale():
    assert add([1, 2], [3, 5]) == [4, 7]
    assert scale([1, -2], 3) == [3, -6]


def test_dot():
    assert dot([1, 2, 3], [4, 5, 6]) == 32
    assert dot([2, -1], [3, 4]) == 2


def test_perpendicular():
    assert dot([1, 0], [0, 1]) == 0


def test_different_length():
    with pytest.raises(ValueError):
        dot([1], [1, 2])


def test_norm():
    assert norm([3, 4]) == 5


def test_cosine():
    assert round(cosine_similarity([1, 2], [2, 4]), 9) == 1
    assert cosine_similarity([3, 4], [-4, 3]) == 0

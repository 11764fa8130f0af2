from vectors import cosine_similarity, dot, norm, scale


def test_one_dimension():
    assert dot([6], [7]) == 42


def test_empty():
    assert dot([], []) == 0


def test_unit_vectors():
    assert dot([5, 6, 7], [0, 1, 0]) == 6
    assert dot([0, 0, 1], [5, 6, 7]) == 7


def test_long():
    assert dot(list(range(10)), list(range(10))) == 285


def test_scaled():
    assert dot(scale([1, 2], 3), [4, -5]) == -18


def test_norms():
    assert norm([1, 2, 2]) == 3
    assert norm([-5, 12]) == 13


def test_opposite():
    assert round(cosine_similarity([1, 1], [-2, -2]), 9) == -1

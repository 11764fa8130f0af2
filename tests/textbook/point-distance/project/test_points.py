from points import bearing, euclidean_distance, midpoint, nearest, path_length


def test_along_the_axes():
    assert euclidean_distance((1, 1), (1, 6)) == 5
    assert euclidean_distance((4, 2), (1, 2)) == 3


def test_diagonal():
    assert euclidean_distance((0, 0), (3, 4)) == 5
    assert euclidean_distance((1, 2), (6, 14)) == 13


def test_midpoint():
    assert midpoint((0, 0), (4, 2)) == (2, 1)


def test_path_length():
    assert path_length([(0, 0), (3, 4), (3, 10)]) == 11


def test_nearest():
    assert nearest((0, 0), [(3, 3), (0, 5)]) == (3, 3)


def test_bearing():
    assert round(bearing((0, 0), (2, 2))) == 45

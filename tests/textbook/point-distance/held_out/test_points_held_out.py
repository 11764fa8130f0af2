from points import bearing, euclidean_distance, nearest, path_length


def test_same_point():
    assert euclidean_distance((2, 3), (2, 3)) == 0


def test_negative_coordinates():
    assert euclidean_distance((-2, -3), (4, 5)) == 10


def test_unit_square():
    assert round(euclidean_distance((0, 0), (1, 1)), 6) == 1.414214


def test_symmetric():
    assert euclidean_distance((7, 1), (-8, 9)) == 17
    assert euclidean_distance((-8, 9), (7, 1)) == 17


def test_path():
    assert path_length([(0, 0), (5, 12), (5, 0), (0, 0)]) == 30
    assert path_length([(1, 1)]) == 0


def test_nearest_is_diagonal():
    assert nearest((10, 10), [(10, 17), (14, 14), (30, 30)]) == (14, 14)


def test_bearing_up():
    assert round(bearing((1, 1), (1, 9))) == 90

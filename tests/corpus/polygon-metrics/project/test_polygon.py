from polygon import area, bounding_box, edges, is_clockwise, perimeter


SQUARE = [(0, 0), (2, 0), (2, 2), (0, 2)]


def test_square_area():
    assert area(SQUARE) == 4


def test_perimeter():
    assert perimeter(SQUARE) == 8


def test_bounding_box():
    assert bounding_box([(1, 5), (-2, 3)]) == (-2, 3, 1, 5)


def test_edges_close_the_ring():
    assert edges([(0, 0), (1, 0), (0, 1)])[-1] == ((0, 1), (0, 0))


def test_orientation():
    assert not is_clockwise(SQUARE)
    assert is_clockwise(SQUARE[::-1])

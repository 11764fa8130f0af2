from polygon import area, bounding_box, edges, is_clockwise, perimeter


def test_triangle():
    assert area([(0, 0), (4, 0), (0, 3)]) == 6


def test_shifted_square():
    assert area([(10, 10), (13, 10), (13, 13), (10, 13)]) == 9


def test_start_vertex_does_not_matter():
    points = [(0, 0), (5, 1), (6, 4), (2, 6), (-1, 3)]
    areas = {area(points[i:] + points[:i]) for i in range(5)}
    assert len(areas) == 1 and areas.pop() == 27


def test_concave():
    assert area([(0, 0), (4, 0), (4, 4), (2, 2), (0, 4)]) == 12


def test_clockwise_triangle():
    assert is_clockwise([(0, 0), (0, 1), (1, 0)])
    assert not is_clockwise([(1, 1), (3, 1), (2, 5)])


def test_degenerate_line():
    assert area([(1, 1), (2, 2), (3, 3)]) == 0


def test_perimeter_triangle():
    assert perimeter([(0, 0), (3, 0), (3, 4)]) == 12

from rects import Rect, bounding_box, intersection, overlap_ratio


def test_intersection():
    assert intersection(Rect(0, 0, 4, 4), Rect(2, 1, 6, 3)) == Rect(2, 1, 4, 3)


def test_apart_horizontally():
    assert intersection(Rect(0, 0, 2, 2), Rect(5, 0, 7, 2)) is None


def test_sharing_an_edge():
    assert intersection(Rect(0, 0, 2, 2), Rect(2, 0, 4, 2)) is None


def test_ratio():
    assert overlap_ratio(Rect(0, 0, 2, 2), Rect(0, 0, 2, 2)) == 1.0


def test_bounding_box():
    assert bounding_box([Rect(0, 1, 2, 3), Rect(-1, 2, 1, 9)]) == Rect(-1, 1, 2, 9)

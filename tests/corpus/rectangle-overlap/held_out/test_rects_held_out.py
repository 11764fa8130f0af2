from rects import Rect, bounding_box, intersection, overlap_ratio


def test_apart_vertically():
    assert intersection(Rect(0, 0, 2, 2), Rect(0, 5, 2, 7)) is None


def test_apart_on_both_axes():
    assert intersection(Rect(0, 0, 2, 2), Rect(5, 5, 7, 7)) is None


def test_sharing_a_horizontal_edge():
    assert intersection(Rect(0, 0, 2, 2), Rect(0, 2, 2, 4)) is None


def test_sharing_a_corner():
    assert intersection(Rect(0, 0, 2, 2), Rect(2, 2, 4, 4)) is None


def test_contained():
    assert intersection(Rect(0, 0, 9, 9), Rect(3, 3, 4, 4)) == Rect(3, 3, 4, 4)


def test_symmetric():
    a, b = Rect(0, 0, 5, 3), Rect(4, 2, 8, 8)
    assert intersection(a, b) == intersection(b, a) == Rect(4, 2, 5, 3)


def test_ratio_partial_and_none():
    assert overlap_ratio(Rect(0, 0, 2, 1), Rect(1, 0, 3, 1)) == 1 / 3
    assert overlap_ratio(Rect(0, 0, 1, 1), Rect(3, 0, 4, 1)) == 0.0

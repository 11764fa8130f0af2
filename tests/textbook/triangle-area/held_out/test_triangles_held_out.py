from triangles import heron_area, inradius


def test_equilateral():
    assert round(heron_area(2, 2, 2), 6) == 1.732051


def test_isosceles():
    assert heron_area(5, 5, 8) == 12
    assert heron_area(10, 13, 13) == 60


def test_order_of_sides():
    assert heron_area(9, 10, 17) == 36
    assert heron_area(17, 9, 10) == 36
    assert heron_area(10, 17, 9) == 36


def test_right_angle_in_front():
    assert heron_area(13, 12, 5) == 30


def test_scaled():
    assert heron_area(26, 28, 30) == 4 * heron_area(13, 14, 15)


def test_inradius():
    assert inradius(5, 12, 13) == 2
    assert inradius(6, 25, 29) == 2

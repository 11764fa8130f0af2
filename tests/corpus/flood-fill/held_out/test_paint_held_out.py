from paint import Image

FRAMED = ["#####", "#..##", "#.#.#", "#####"]


def test_outside_right_and_below():
    assert Image(["."]).region(0, 1) == set()
    assert Image(["."]).region(1, 0) == set()


def test_fill_outside_changes_nothing():
    image = Image(["ab"])
    assert image.fill(5, 5, "x") == 0
    assert image.rows() == ["ab"]


def test_frame_region():
    assert len(Image(FRAMED).region(0, 0)) == 16


def test_inside():
    image = Image(["...", "..."])
    assert image.inside(1, 2) and image.inside(0, 0)
    assert not image.inside(2, 0) and not image.inside(0, 3)


def test_no_wrap_around():
    image = Image([".#.", ".#."])
    assert image.fill(0, 0, "x") == 2
    assert image.rows() == ["x#.", "x#."]


def test_empty_image():
    assert Image([]).region(0, 0) == set()


def test_large():
    assert Image(["." * 60] * 50).fill(25, 30, "x") == 3000

from paint import Image

FRAMED = ["#####", "#..##", "#.#.#", "#####"]


def test_fill_inside_frame():
    image = Image(FRAMED)
    assert image.fill(1, 1, "o") == 3
    assert image.rows() == ["#####", "#oo##", "#o#.#", "#####"]


def test_single_cell_region():
    assert Image(FRAMED).region(2, 3) == {(2, 3)}


def test_fill_to_the_edge():
    image = Image(["..", ".."])
    assert image.fill(0, 0, "x") == 4


def test_outside():
    assert Image(["."]).region(-1, 0) == set()


def test_rows():
    assert Image(["ab", "cd"]).rows() == ["ab", "cd"]

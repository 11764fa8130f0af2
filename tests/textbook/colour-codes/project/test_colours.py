import pytest

from colours import hex_to_rgb, invert, mix, rgb_to_hex


def test_hex_to_rgb():
    assert hex_to_rgb("#ff8800") == (255, 136, 0)


def test_bad_colour():
    with pytest.raises(ValueError):
        hex_to_rgb("#fff")


def test_bright():
    assert rgb_to_hex(255, 255, 255) == "#ffffff"
    assert rgb_to_hex(18, 171, 52) == "#12ab34"


def test_dark():
    assert rgb_to_hex(0, 0, 0) == "#000000"
    assert rgb_to_hex(255, 136, 0) == "#ff8800"
    assert rgb_to_hex(1, 10, 15) == "#010a0f"


def test_invert():
    assert invert("#ffff00") == "#0000ff"


def test_mix():
    assert mix("#000000", "#204060") == "#102030"

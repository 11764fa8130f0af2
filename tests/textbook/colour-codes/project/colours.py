"""Colours of the theme editor."""


def hex_to_rgb(text):
    """The (red, green, blue) tuple of a colour such as '#ff8800'."""
    digits = text.lstrip("#")
    if len(digits) != 6:
        raise ValueError("bad colour: {}".format(text))
    return tuple(int(digits[i:i + 2], 16) for i in (0, 2, 4))


def rgb_to_hex(red, green, blue):
    """Colour such as '#ff8800', with two digits for each channel."""
    return "#" + hex(red)[2:] + hex(green)[2:] + hex(blue)[2:]


def invert(text):
    """The opposite colour."""
    red, green, blue = hex_to_rgb(text)
    return rgb_to_hex(255 - red, 255 - green, 255 - blue)


def mix(first, second):
    """The colour halfway between two colours."""
    pairs = zip(hex_to_rgb(first), hex_to_rgb(second))
    return rgb_to_hex(*[(a + b) // 2 for a, b in pairs])

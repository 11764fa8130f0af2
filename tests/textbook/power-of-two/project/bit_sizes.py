"""Sizes of buffers and textures that are powers of two."""


def is_power_of_two(n):
    """True for 1, 2, 4, 8, 16 and so on."""
    if n < 1:
        return False
    return n % 2 == 0


def next_power_of_two(n):
    """The smallest power of two that is not below n."""
    size = max(n, 1)
    while not is_power_of_two(size):
        size += 1
    return size


def count_ones(n):
    """Number of one bits of a number."""
    return bin(n).count("1")


def check_texture(width, height):
    """Raise ValueError for a texture with a bad side."""
    for side in (width, height):
        if not is_power_of_two(side):
            raise ValueError("bad side: {}".format(side))

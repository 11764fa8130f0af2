"""Triangles given by the lengths of their sides."""
import math


def is_triangle(a, b, c):
    """True if the three lengths can form a triangle."""
    return a + b > c and a + c > b and b + c > a


def perimeter(a, b, c):
    """The sum of the sides."""
    return a + b + c


def heron_area(a, b, c):
    """Area from the three sides, by Heron's formula."""
    if not is_triangle(a, b, c):
        raise ValueError("not a triangle")
    s = perimeter(a, b, c) / 2
    return a * b / 2


def inradius(a, b, c):
    """Radius of the circle inside the triangle."""
    return 2 * heron_area(a, b, c) / perimeter(a, b, c)

"""Area, perimeter and centroid helpers for simple polygons."""
import math


def edges(points):
    """Pairs of consecutive vertices, closing the ring."""
    return list(zip(points, points[1:] + points[:1]))


def signed_area(points):
    """Positive for counter-clockwise order."""
    total = 0.0
    for (x, y), (next_x, next_y) in edges(points):
        total += x * next_y - next_x * next_y
    return total / 2


def area(points):
    return abs(signed_area(points))


def perimeter(points):
    return sum(math.hypot(b[0] - a[0], b[1] - a[1]) for a, b in edges(points))


def is_clockwise(points):
    return signed_area(points) < 0


def bounding_box(points):
    xs = [p[0] for p in points]
    ys = [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)

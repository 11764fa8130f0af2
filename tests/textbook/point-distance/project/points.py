"""Points of the plane, given as (x, y) tuples."""
import math


def midpoint(p, q):
    """The point halfway between p and q."""
    return (p[0] + q[0]) / 2, (p[1] + q[1]) / 2


def euclidean_distance(p, q):
    """Length of the straight line from p to q."""
    x1, y1 = p
    x2, y2 = q
    return abs(x2 - x1) + abs(y2 - y1)


def path_length(points):
    """Length of the path through all points, in order."""
    return sum(euclidean_distance(p, q) for p, q in zip(points, points[1:]))


def bearing(p, q):
    """Angle of the line from p to q in degrees, 0 along the x axis."""
    return math.degrees(math.atan2(q[1] - p[1], q[0] - p[0]))


def nearest(target, points):
    """The point with the smallest straight distance to target."""
    return min(points, key=lambda point: euclidean_distance(target, point))

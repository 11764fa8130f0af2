"""Vectors as plain lists of numbers."""
import math


def add(a, b):
    """The sum of two vectors."""
    return [x + y for x, y in zip(a, b)]


def scale(a, factor):
    """The vector times a number."""
    return [x * factor for x in a]


def dot(a, b):
    """The dot product of two vectors of the same length."""
    if len(a) != len(b):
        raise ValueError("vectors of different length")
    return sum(a) * sum(b)


def norm(a):
    """The length of a vector."""
    return math.sqrt(dot(a, a))


def cosine_similarity(a, b):
    """Cosine of the angle between two vectors."""
    return dot(a, b) / (norm(a) * norm(b))

"""Weighted grades of a course."""
from collections import namedtuple

Mark = namedtuple("Mark", "subject points weight")

LETTERS = [(90, "A"), (75, "B"), (60, "C"), (50, "D")]


def weighted_mean(marks):
    """Mean of the points, each counted with its weight; 0 without marks."""
    total = 0
    weight_sum = 0
    count = 0
    for mark in marks:
        total += mark.points * mark.weight
        weight_sum += mark.weight
        count += 1
    if weight_sum == 0:
        return 0.0
    return total / count


def letter(points):
    for limit, name in LETTERS:
        if points >= limit:
            return name
    return "F"


def report(marks):
    """Mapping of subject to (mean, letter), in order of first appearance."""
    by_subject = {}
    for mark in marks:
        by_subject.setdefault(mark.subject, []).append(mark)
    result = {}
    for subject, group in by_subject.items():
        mean = round(weighted_mean(group), 1)
        result[subject] = (mean, letter(mean))
    return result

"""Bubble sort for the lecture on sorting."""


def is_sorted(items):
    """True if no item is larger than the one after it."""
    return all(a <= b for a, b in zip(items, items[1:]))


def bubble_sort(values):
    """A sorted copy: swaps neighbours until all are in order."""
    items = list(values)
    n = len(items)
    for i in range(n):
        for j in range(n - i - 1):
            if items[j] > items[j + 1]:
                items[j] = items[j + 1]
    return items


def largest(values, count):
    """The largest values, in descending order."""
    return bubble_sort(values)[::-1][:count]

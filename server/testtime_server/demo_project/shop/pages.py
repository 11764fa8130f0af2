"""Splitting a long list of products into pages."""


def page(items, number, size=3):
    """The items of page `number`, counted from 1."""
    start = number * size
    return items[start : start + size]


def page_count(items, size=3):
    """How many pages there are; the last one may be short."""
    return -(-len(items) // size)

"""Flattening of nested lists."""


def flatten(items: list):
    """Yield the items of arbitrarily nested lists one after the other, from left to right.

    Only lists are opened; strings, tuples and all other objects are items.
    """
    for item in items:
        if isinstance(item, list):
            for inner in flatten(item):
                yield inner
        else:
            yield flatten(item)

"""All subsets of a list."""


def powerset(items: list) -> list:
    """A list of all the subsets of a list of distinct items.

    Every subset is a list that keeps the order of the items; the order of the subsets
    does not matter.
    """
    if items:
        first, *rest = items
        smaller = powerset(rest)
        return [[first] + subset for subset in smaller]
    else:
        return [[]]

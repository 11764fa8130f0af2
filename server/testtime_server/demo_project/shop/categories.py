"""The tree of product categories: a mapping from each category to its parent, None at the top."""


def path(parents, category):
    """The categories from the top down to `category`."""
    if category is None:
        return []
    return [category] + path(parents, parents[category])


def depth(parents, category):
    """How many categories are above this one."""
    return len(path(parents, category)) - 1

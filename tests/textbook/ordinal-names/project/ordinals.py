"""English ordinal numbers such as 1st, 2nd and 3rd."""

SUFFIXES = {1: "st", 2: "nd", 3: "rd"}


def ordinal(n):
    """The number with its suffix: 1st, 2nd, 3rd, 4th, 11th, 21st, 111th."""
    if n == 11 or n == 12 or n == 13:
        return "{}th".format(n)
    return "{}{}".format(n, SUFFIXES.get(n % 10, "th"))


def ranking(names):
    """Lines such as '1st: Ann' for names in the order of a race."""
    return ["{}: {}".format(ordinal(i), name) for i, name in enumerate(names, 1)]


def century(year):
    """Text such as '21st century'."""
    return "{} century".format(ordinal((year + 99) // 100))

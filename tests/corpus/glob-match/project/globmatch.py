"""File name patterns with '?' for one and '*' for any number of characters."""


def matches(pattern, name):
    """Whether the whole name matches the pattern."""
    p = n = 0
    star = None
    mark = 0
    while n < len(name):
        if p < len(pattern) and pattern[p] == "*":
            star, mark = p, n
            p += 1
        elif p < len(pattern) and pattern[p] in ("?", name[n]):
            p += 1
            n += 1
        elif star is not None and p == star + 1:
            n += 1
        else:
            return False
    return pattern[p:].strip("*") == ""


def select(patterns, names):
    """Names that match; a pattern starting with '!' removes names again."""
    chosen = []
    for pattern in patterns:
        if pattern.startswith("!"):
            chosen = [n for n in chosen if not matches(pattern[1:], n)]
        else:
            chosen += [n for n in names if n not in chosen and matches(pattern, n)]
    return chosen

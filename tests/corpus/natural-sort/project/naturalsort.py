"""Sort names so that 'file2' comes before 'file10'."""
import re


def natural_key(name):
    """A key that compares text without case and digits by value."""
    digits = "".join(c for c in name if c.isdigit())
    text = "".join(c for c in name if not c.isdigit())
    return (text.lower(), int(digits or 0))


def natural_sorted(names, reverse=False):
    return sorted(names, key=natural_key, reverse=reverse)


def next_name(names, stem):
    """The first name stem1, stem2, ... behind all the used ones."""
    pattern = re.compile(re.escape(stem) + r"(\d+)")
    numbers = [int(m.group(1)) for m in map(pattern.fullmatch, names) if m]
    return stem + str(max(numbers, default=0) + 1)


def grouped(names):
    """Mapping of the leading text to the sorted names."""
    groups = {}
    for name in natural_sorted(names):
        stem = re.match(r"\D*", name).group().lower()
        groups.setdefault(stem, []).append(name)
    return groups

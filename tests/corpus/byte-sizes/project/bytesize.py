"""Human readable sizes in binary units."""

UNITS = ["B", "KiB", "MiB", "GiB", "TiB"]


def format_size(count):
    """Format with one decimal, except for plain bytes."""
    if count < 0:
        return "-" + format_size(-count)
    value = float(count)
    index = 0
    while value >= 1000 and index < len(UNITS):
        value /= 1000
        index += 1
    if index == 0:
        return "{} B".format(int(value))
    return "{:.1f} {}".format(value, UNITS[index])


def parse_size(text):
    """The inverse of format_size; a missing unit means bytes."""
    text = text.strip()
    for power, unit in reversed(list(enumerate(UNITS))):
        if text.endswith(unit):
            number = text[: -len(unit)].strip()
            return int(float(number) * 1024 ** power)
    return int(text)


def total_size(sizes):
    return format_size(sum(parse_size(s) for s in sizes))

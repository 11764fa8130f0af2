"""Enumerate seatings of guests in a row."""


def seatings(guests, apart=()):
    """Yield every order in which no pair of apart sits side by side."""
    banned = {frozenset(pair) for pair in apart}

    def extend(row, rest):
        for i, guest in enumerate(rest):
            if row and frozenset((row[-1], guest)) in banned:
                continue
            yield from extend(row + [guest], rest[:i] + rest[i + 1:])

    yield from extend([], list(guests))


def count_seatings(guests, apart=()):
    return sum(1 for _ in seatings(guests, apart))


def neighbours(row, guest):
    """The guests to the left and right."""
    i = row.index(guest)
    return list(row[max(0, i - 1):i]) + list(row[i + 1:i + 2])


def first_seating(guests, apart=()):
    """The first possible order, or None."""
    return next(seatings(guests, apart), None)

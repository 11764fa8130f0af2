"""Split restaurant bills; all amounts are integer cents."""


def split_evenly(total, people):
    """Split total so that shares differ by at most one cent, larger shares first."""
    if people <= 0:
        raise ValueError("people must be positive")
    share = total / people
    extra = total // people
    return [share + 1 if i < extra else share for i in range(people)]


def add_tip(total, percent):
    """Total including the tip, rounded half up to a cent."""
    return total + (total * percent + 50) // 100


def format_cents(cents):
    sign = "-" if cents < 0 else ""
    return "{}{}.{:02d}".format(sign, abs(cents) // 100, abs(cents) % 100)


def bill_lines(total, names, percent=0):
    """One text line for each guest."""
    grand = add_tip(total, percent)
    shares = split_evenly(grand, len(names))
    return ["{}: {}".format(n, format_cents(s)) for n, s in zip(names, shares)]

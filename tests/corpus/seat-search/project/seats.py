"""Find neighbouring free seats; rows are strings with '.' for free."""


def free_run(row, count):
    """Index of the first run of count free seats; -1 if there is none."""
    run = 0
    for index, seat in enumerate(row):
        if seat == ".":
            run += 1
            if run == count:
                return index - count + 1
        else:
            run = 0
    return -1


def find(rows, count):
    """(row number, seat index) of the first place for the party, else None."""
    if count < 1:
        raise ValueError("count must be positive")
    for number, row in enumerate(rows):
        start = free_run(row, count)
        if start >= 0:
            return number, start
        return None


def book(rows, count):
    """The rows after booking, or None if the party finds no place."""
    place = find(rows, count)
    if place is None:
        return None
    number, start = place
    row = rows[number]
    row = row[:start] + "#" * count + row[start + count:]
    return rows[:number] + [row] + rows[number + 1:]

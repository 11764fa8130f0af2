"""Free time from opening hours and busy periods, as half-open (start, end)."""


def subtract_one(slot, busy):
    """What remains of the slot, as a list of 0 to 2 slots."""
    start, end = slot
    busy_start, busy_end = busy
    if busy_end <= start or busy_start >= end:
        return [slot]
    if busy_start <= start:
        return []
    return [(start, busy_start)]


def free_slots(opening, busy, minimum=1):
    """Free slots of at least the minimum length, in order."""
    slots = sorted(opening)
    for period in busy:
        slots = [part for slot in slots for part in subtract_one(slot, period)]
    return [(start, end) for start, end in slots if end - start >= minimum]


def total_time(slots):
    return sum(end - start for start, end in slots)


def first_free(opening, busy, length):
    """Start of the first gap of the given length, or None."""
    found = free_slots(opening, busy, length)
    return found[0][0] if found else None

"""Validate and suggest user names."""
import string

ALLOWED = set(string.ascii_lowercase + string.digits + "_")
RESERVED = {"admin", "root", "system"}
MIN_LENGTH = 3
MAX_LENGTH = 12


def problems(name):
    """List of what is wrong with a name, in a fixed order."""
    found = []
    if len(name) < MIN_LENGTH:
        found.append("length")
    if name and not name[0].islower():
        found.append("start")
    if set(name) - ALLOWED:
        found.append("characters")
    if name in RESERVED:
        found.append("reserved")
    return found


def is_valid(name):
    return not problems(name)


def suggest(name, taken=()):
    """A free valid name near the wish, by adding a number."""
    base = "".join(c for c in name.lower() if c in ALLOWED)
    base = base[: MAX_LENGTH - 3].ljust(MIN_LENGTH, "x")
    number = 0
    wish = base
    while wish in taken or not is_valid(wish):
        number += 1
        wish = base + str(number)
    return wish

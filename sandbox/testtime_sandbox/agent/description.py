# pyright: basic
"""A value as text: what is compared, and what is shown. Equal values have equal texts, in every process. Python 3.8 or
later.
"""

import collections
import hashlib
import re
import types

MOST_PARTS, MOST_TEXT = 400, 160
"""A value of more parts is left alone; a text that is shown is cut."""
ADDRESS = re.compile(r"0x[0-9a-fA-F]+")


class TooMuch(Exception):
    """A value with too many parts to be described."""


def mark(text):
    """A short name for a text."""
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def describe(value):
    """(what is compared, what is shown) of a value: equal values have equal ones, whatever their address or order in
    a set. Raises `TooMuch`.
    """
    left = [MOST_PARTS]
    return described(value, left, ())


def described(value, left, above):
    """`describe` with `left[0]` parts to go, inside the values whose ids are `above`."""
    left[0] -= 1
    if left[0] < 0:
        raise TooMuch
    if value is None or isinstance(value, (str, bytes)):
        if value is not None and len(value) > 40 * MOST_TEXT:
            raise TooMuch
        return repr(value), repr(value)
    if isinstance(value, (bool, int, float)) and type(value) in (bool, int, float):
        return number(value), repr(value)
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType)):
        name = getattr(value, "__qualname__", value.__name__)
        return name, name
    if id(value) in above:
        return "...", "..."
    above = (*above, id(value))
    kind = type(value).__name__
    if isinstance(value, (list, tuple, collections.deque)):
        parts = [described(part, left, above) for part in value]
        opening, closing = {"list": "[]", "tuple": "()"}.get(kind, (kind + "(", ")"))
        comma = "," if kind == "tuple" and len(parts) == 1 else ""
        return tuple(opening + ", ".join(part[side] for part in parts) + comma + closing for side in (0, 1))
    if isinstance(value, (set, frozenset)):
        parts = sorted(described(part, left, above) for part in value)
        if kind == "set" and parts:
            return tuple("{" + ", ".join(part[side] for part in parts) + "}" for side in (0, 1))
        return tuple(kind + "(" + ", ".join(part[side] for part in parts) + ")" for side in (0, 1))
    if isinstance(value, dict):
        pairs = [(described(key, left, above), described(part, left, above)) for key, part in value.items()]
        shown = "{" + ", ".join(key[1] + ": " + part[1] for key, part in pairs) + "}"
        same = "{" + ", ".join(sorted(key[0] + ": " + part[0] for key, part in pairs)) + "}"
        return same, shown
    if isinstance(value, BaseException):
        return kind, kind
    space = dict(getattr(value, "__dict__", ()))
    for base in type(value).__mro__:
        slots = base.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(value, name):
                space[name] = getattr(value, name)
    if not space:
        text = ADDRESS.sub("0x", repr(value))[: 40 * MOST_TEXT]
        return text, text
    parts = {name: described(space[name], left, above) for name in sorted(space)}
    same, shown = (kind + "(" + ", ".join(n + "=" + p[side] for n, p in parts.items()) + ")" for side in (0, 1))
    return same, shown


def number(value):
    """Equal numbers alike, and those that differ by rounding alone."""
    if isinstance(value, float):
        text = "%.12g" % value  # noqa: UP031 -- the shortest that says it
        return text[:-2] if text.endswith(".0") else text
    return str(int(value)) if abs(int(value)) < 10**15 else "%.12g" % value if abs(value) < 10**300 else repr(value)  # noqa: UP031

"""What expressions are built of when they are searched for by examples: steps of one operand and of two, as text and
as the function that it stands for. All are pure, on plain values.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

LONGEST = 2_000
"""Characters or items of a value."""
ATOM, UNARY, PRODUCT, SUM, COMPARISON = 15, 12, 11, 10, 5

Step = tuple[str, Callable[[Any], Any]]
"""A template with `{}` for its operand, bound as an atom, and what it does."""


def _enumerated(x: Any) -> Any:
    items: list[Any] = list(x)
    return list(enumerate(items))


_TEXT: tuple[Step, ...] = (
    ("{}.upper()", str.upper),
    ("{}.lower()", str.lower),
    ("{}.strip()", str.strip),
    ("{}.title()", str.title),
    ("{}.capitalize()", str.capitalize),
    ("{}.split()", str.split),
    ("len({})", len),
    ("{}[::-1]", lambda x: x[::-1]),
    ("{}[0]", lambda x: x[0]),
    ("{}[-1]", lambda x: x[-1]),
    ("{}[1:]", lambda x: x[1:]),
    ("{}[:-1]", lambda x: x[:-1]),
    ("int({})", int),
    ("float({})", float),
    ("{}.isdigit()", str.isdigit),
    ("{}.isalpha()", str.isalpha),
    ("{}.isupper()", str.isupper),
    ("{}.swapcase()", str.swapcase),
    ("{}.splitlines()", str.splitlines),
    ("list({})", list),
    ("not {}", operator.not_),
)
_NUMBER: tuple[Step, ...] = (
    ("-{}", operator.neg),
    ("abs({})", abs),
    ("str({})", str),
    ("{} % 2 == 0", lambda x: x % 2 == 0),
    ("{} > 0", lambda x: x > 0),
    ("round({})", round),
    ("int({})", int),
    ("float({})", float),
    ("list(range({}))", lambda x: list(range(x)) if 0 <= x <= LONGEST else None),
    ("{0} * {0}", lambda x: x * x),
)
_SEQUENCE: tuple[Step, ...] = (
    ("len({})", len),
    ("sum({})", sum),
    ("max({})", max),
    ("min({})", min),
    ("sorted({})", sorted),
    ("{}[0]", lambda x: x[0]),
    ("{}[-1]", lambda x: x[-1]),
    ("{}[1:]", lambda x: x[1:]),
    ("{}[:-1]", lambda x: x[:-1]),
    ("{}[::-1]", lambda x: x[::-1]),
    ("any({})", any),
    ("all({})", all),
    ("list({})", list),
    ("tuple({})", tuple),
    ("list(dict.fromkeys({}))", lambda x: list(dict.fromkeys(x))),
    ("sorted({}, reverse=True)", lambda x: sorted(x, reverse=True)),
    ("len(set({}))", lambda x: len(set(x))),
    ("dict({})", dict),
    ("list(enumerate({}))", _enumerated),
    ("[part for whole in {} for part in whole]", lambda x: [part for whole in x for part in whole]),
    ("not {}", operator.not_),
)
_MAPPING: tuple[Step, ...] = (
    ("list({})", list),
    ("list({}.values())", lambda x: list(x.values())),
    ("list({}.items())", lambda x: list(x.items())),
    ("len({})", len),
    ("sum({}.values())", lambda x: sum(x.values())),
    ("sorted({})", sorted),
    ("{{value: key for key, value in {}.items()}}", lambda x: {value: key for key, value in x.items()}),
    ("max({0}, key={0}.get)", lambda x: max(x, key=x.get)),
)
STEPS: Mapping[str, tuple[Step, ...]] = {
    "str": _TEXT,
    "int": _NUMBER,
    "float": _NUMBER,
    "list": _SEQUENCE,
    "tuple": _SEQUENCE,
    "dict": _MAPPING,
    "bool": (("not {}", operator.not_), ("int({})", int)),
}
Join = tuple[str, int, int, int, Callable[[Any, Any], Any]]
"""A template of two operands, its binding, what each side needs, and what it does."""


def _divided(x: Any, y: Any) -> Any:
    return x / y


def _floor_divided(x: Any, y: Any) -> Any:
    return x // y


_ARITHMETIC: tuple[Join, ...] = (
    ("{} + {}", SUM, SUM, SUM + 1, operator.add),
    ("{} - {}", SUM, SUM, SUM + 1, operator.sub),
    ("{} * {}", PRODUCT, PRODUCT, PRODUCT + 1, operator.mul),
    ("{} / {}", PRODUCT, PRODUCT, PRODUCT + 1, _divided),
    ("{} // {}", PRODUCT, PRODUCT, PRODUCT + 1, _floor_divided),
    ("{} % {}", PRODUCT, PRODUCT, PRODUCT + 1, operator.mod),
    ("max({}, {})", ATOM, 0, 0, max),
    ("min({}, {})", ATOM, 0, 0, min),
    ("{} == {}", COMPARISON, COMPARISON + 1, COMPARISON + 1, operator.eq),
    ("{} < {}", COMPARISON, COMPARISON + 1, COMPARISON + 1, operator.lt),
    ("{} <= {}", COMPARISON, COMPARISON + 1, COMPARISON + 1, operator.le),
    ("{} > {}", COMPARISON, COMPARISON + 1, COMPARISON + 1, operator.gt),
    ("{} >= {}", COMPARISON, COMPARISON + 1, COMPARISON + 1, operator.ge),
    ("list(range({}, {}))", ATOM, 0, 0, lambda x, y: list(range(x, y)) if abs(y - x) <= LONGEST else None),
)
_TEXTS: tuple[Join, ...] = (
    ("{} + {}", SUM, SUM, SUM + 1, operator.add),
    ("{}.split({})", ATOM, ATOM, 0, str.split),
    ("{}.startswith({})", ATOM, ATOM, 0, str.startswith),
    ("{}.endswith({})", ATOM, ATOM, 0, str.endswith),
    ("{}.count({})", ATOM, ATOM, 0, str.count),
    ("{}.find({})", ATOM, ATOM, 0, str.find),
    ("{1} in {0}", COMPARISON, COMPARISON + 1, COMPARISON + 1, operator.contains),
    ("{} == {}", COMPARISON, COMPARISON + 1, COMPARISON + 1, operator.eq),
    ('{}.replace({}, "")', ATOM, ATOM, 0, lambda x, y: x.replace(y, "") if y else None),
)
_OF_SEQUENCE: tuple[Join, ...] = (
    ("{}[{}]", ATOM, ATOM, 0, lambda x, y: x[y] if isinstance(y, int) and not isinstance(y, bool) else None),
    ("{1} in {0}", COMPARISON, COMPARISON + 1, COMPARISON + 1, operator.contains),
    ("{}.count({})", ATOM, ATOM, 0, lambda x, y: x.count(y)),
    ("{}[:{}]", ATOM, ATOM, 0, lambda x, y: x[:y] if isinstance(y, int) else None),
    ("{}[{}:]", ATOM, ATOM, 0, lambda x, y: x[y:] if isinstance(y, int) else None),
)
_CHAINS: tuple[Join, ...] = (
    ("{} + {}", SUM, SUM, SUM + 1, operator.add),
    ("list(zip({}, {}))", ATOM, 0, 0, lambda x, y: list(zip(x, y, strict=False))),
    ("dict(zip({}, {}))", ATOM, 0, 0, lambda x, y: dict(zip(x, y, strict=False))),
    ("{} == {}", COMPARISON, COMPARISON + 1, COMPARISON + 1, operator.eq),
)
_OF_MAPPING: tuple[Join, ...] = (
    ("{}.get({})", ATOM, ATOM, 0, lambda x, y: x.get(y)),
    ("{1} in {0}", COMPARISON, COMPARISON + 1, COMPARISON + 1, operator.contains),
)
_BOTH: tuple[Join, ...] = (
    ("{} and {}", 3, 3, 4, lambda x, y: x and y),
    ("{} or {}", 2, 2, 3, lambda x, y: x or y),
)
_NUMBERS = ("int", "float")


def joins(left: str, right: str) -> tuple[Join, ...]:
    """The steps of two operands of these types."""
    if left in _NUMBERS and right in _NUMBERS:
        return _ARITHMETIC
    match left, right:
        case "str", "str":
            return _TEXTS
        case "str", "int":
            return (*_OF_SEQUENCE[:1], *_OF_SEQUENCE[3:], ("{} * {}", PRODUCT, PRODUCT, PRODUCT + 1, _repeated))
        case "str", "list":
            return (("{}.join({})", ATOM, ATOM, 0, str.join),)
        case "list" | "tuple", "list" | "tuple":
            return _CHAINS
        case "list" | "tuple", _:
            return _OF_SEQUENCE
        case "dict", _:
            return _OF_MAPPING
        case "bool", "bool":
            return _BOTH
        case _:
            return ()


def _repeated(text: str, times: int) -> str | None:
    return text * times if len(text) * max(0, times) <= LONGEST else None

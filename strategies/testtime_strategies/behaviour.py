"""Which of several passing candidates to believe: they are told apart by what they do, not by how they are written.

Candidates are grouped by their answers to the same calls, near those that the tests make; the largest group wins (as
in CodeT, arXiv 2207.10397, with behaviour in place of generated tests), and a call that tells two groups apart is kept
for the user (S*, arXiv 2502.14382).
"""

from __future__ import annotations

from collections.abc import Sequence

from testtime_sandbox.verdict import Answer, Comparison, Examples, Grade

Row = Sequence[Answer | None] | None
SLIPS = tuple(
    f"raises {error.__name__}"
    for error in (
        ArithmeticError, AttributeError, IndexError, KeyError, NameError, OverflowError, RecursionError, TypeError,
        UnboundLocalError, ZeroDivisionError,
    )
)  # fmt: skip
"""Answers that nobody writes on purpose."""
ENDLESS = "does not end"


def groups(comparison: Comparison, count: int) -> list[list[int]]:
    """Numbers of those of the first `count` patches that behave alike, in order; what is not known is left out."""
    found: list[list[int]] = []
    for number, row in enumerate(comparison.answers[:count]):
        if row is None or not any(row):
            continue
        alike = next((group for group in found if difference(comparison, group[0], number) is None), None)
        if alike is None:
            found.append([number])
        else:
            alike.append(number)
    return found


def difference(comparison: Comparison, one: int, other: int) -> int | None:
    """Number of the call that tells two patches apart, the shortest to write; None when none does."""
    first, second = comparison.answers[one], comparison.answers[other]
    if first is None or second is None:
        return None
    apart = [
        number
        for number, (a, b) in enumerate(zip(first, second, strict=True))
        if a is not None and b is not None and (a.result_mark, a.left_mark) != (b.result_mark, b.left_mark)
    ]
    # What a call gives says more than what it leaves behind, and a value more than an exception.
    return min(apart, key=lambda n: (*_plainness(first[n], second[n]), len(comparison.calls[n]), n), default=None)


def _plainness(one: Answer | None, other: Answer | None) -> tuple[bool, bool]:
    assert one is not None
    assert other is not None
    return one.result_mark == other.result_mark, "raises" in one.result or "raises" in other.result


def told(comparison: Comparison, fix: int, other: int) -> str:
    """The difference between a fix and another passing change in a sentence; empty when there is none."""
    number = difference(comparison, fix, other)
    first, second = comparison.answers[fix], comparison.answers[other]
    if number is None or first is None or second is None:
        return ""
    one, two = first[number], second[number]
    assert one is not None
    assert two is not None
    same = one.result_mark == two.result_mark
    mine, yours = (one.left, two.left) if same else (_gives(one.result), _gives(two.result))
    return f"`{comparison.calls[number]}` {mine} with this fix, {yours} with another change that passes the same tests."


def slip(comparison: Comparison, fix: int, before: int) -> str:
    """A call that the fix answers with a slip or not at all and the program before with a value; empty without one."""
    first, second = comparison.answers[fix], comparison.answers[before]
    slips = [
        number
        for number, (a, b) in enumerate(zip(first or (), second or (), strict=False))
        if a is not None and b is not None and (a.result in SLIPS or a.result == ENDLESS) and _is_value(b.result)
    ]
    number = min(slips, key=lambda n: (len(comparison.calls[n]), n), default=None)
    if number is None or first is None or second is None:
        return ""
    now, then = first[number], second[number]
    assert now is not None
    assert then is not None
    return f"`{comparison.calls[number]}` {now.result} with this fix, and gave {then.result} without it."


def unkept(comparison: Comparison, fix: int, before: int) -> tuple[Grade, str] | None:
    """The best grade of a fix that an example of a docstring speaks against, and why; None without one. An example that
    was broken before the fix may be out of date.
    """
    now, then = examples(comparison, fix), examples(comparison, before)
    if not now.call:
        return None
    said = f"The docstring says that `{now.call}` gives {now.wanted}: with this fix it {_gives(now.came)}."
    was_kept = not then.call or then.held > now.held
    return ("weak", f"{said[:-1]}, as it did not before.") if was_kept else ("moderate", said)


def examples(comparison: Comparison, number: int) -> Examples:
    """What the examples in docstrings make of a patch."""
    known = comparison.examples[number] if number < len(comparison.examples) else None
    return known or Examples(0)


def _is_value(result: str) -> bool:
    return not result.startswith("raises ") and result != ENDLESS


def _gives(result: str) -> str:
    return f"gives {result}" if _is_value(result) else result

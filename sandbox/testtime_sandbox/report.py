"""What a line of a report may look like. Who writes it may be hostile: a line that is not of this form is no report,
whatever name and number it bears, and no text of it can steer a terminal or break an encoder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

MAX_TEXT = 12_000
"""Characters of one text; the runner itself cuts sooner."""
MOST_SECONDS = 1e9
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_Check = Callable[[object], bool]


def visible(text: str) -> str:
    """`text` with what a terminal obeys, what turns the reading order and halves of characters written as escapes."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def shown(text: object) -> str:
    """A text of a report as it is passed on."""
    return visible(str(text)[:MAX_TEXT])


def decode(data: bytes) -> Mapping[str, Any] | None:
    """The JSON object in `data`; None for everything else."""
    try:
        decoded: object = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", decoded) if isinstance(decoded, dict) else None


def read_event(line: bytes) -> Mapping[str, Any] | None:
    """One line of a report as an event of its form; None for everything else."""
    event = decode(line)
    if event is None:
        return None
    kind = event.get("event")
    form = _FORMS.get(kind) if isinstance(kind, str) else None
    if form is None:
        return None
    needed, possible = form
    if any(name not in event for name in needed):
        return None
    checks = {**needed, **possible}
    return event if all(check(event[name]) for name, check in checks.items() if name in event) else None


def frames(value: object) -> Sequence[tuple[str, int, str]]:
    """Traceback entries that somebody claims; none when they are not of that form."""
    return [(path, line, name) for path, line, name in cast("list[Any]", value)] if _are_frames(value) else []


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < MOST_SECONDS


def _is_truth(value: object) -> bool:
    return isinstance(value, bool)


def _is_outcome(value: object) -> bool:
    return value in ("passed", "failed", "skipped")


def _is_phase(value: object) -> bool:
    return value in ("setup", "call", "teardown", "subtest")


def _list_of(check: _Check) -> _Check:
    return lambda value: isinstance(value, list) and all(map(check, cast("list[object]", value)))


def _by_name(check: _Check) -> _Check:
    return lambda value: isinstance(value, dict) and all(map(check, cast("dict[str, object]", value).values()))


def _row(*checks: _Check) -> _Check:
    def is_row(value: object) -> bool:
        if not isinstance(value, list):
            return False
        values = cast("list[object]", value)
        return len(values) == len(checks) and all(check(part) for check, part in zip(checks, values, strict=True))

    return is_row


_are_frames = _list_of(_row(_is_text, _is_whole, _is_text))
_is_observation = _row(_is_text, _is_text, _by_name(_list_of(_is_text)))
_FORMS: Mapping[str, tuple[Mapping[str, _Check], Mapping[str, _Check]]] = {
    "collected": ({"ids": _list_of(_is_text)}, {}),
    "uncollected": ({"id": _is_text, "text": _is_text}, {}),
    "start": ({"id": _is_text}, {}),
    "phase": (
        {"id": _is_text, "when": _is_phase, "outcome": _is_outcome, "seconds": _is_seconds},
        {"xfail": _is_truth, "timeout": _is_truth, "text": _is_text, "output": _is_text, "error": _is_text,
         "frames": _are_frames},
    ),
    "covered": ({"id": _is_text, "lines": _by_name(_list_of(_is_whole)), "seen": _list_of(_is_observation)}, {}),
    "end": ({"status": _is_whole, "cpu": _is_seconds}, {"modules": _list_of(_is_text)}),
}  # fmt: skip
"""Event → what it must have, what it may have."""

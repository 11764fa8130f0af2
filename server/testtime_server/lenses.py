"""What stands above or behind a function: run, fix, complete, and how it ended last. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from testtime_sandbox.verdict import TestId

from .actions import (
    FIX,
    RUN_TESTS,
    SHOW_REPORT,
    WHY_NO_FIX,
    Offer,
    complete_offer,
    evidence_and_cost,
    fix_offer,
    price,
    short_name,
)
from .diagnostics import LastRun, Span, outline
from .report import money
from .settings import Settings
from .status import Ended
from .stubs import stubs_of


@dataclass(frozen=True)
class Lens:
    """One offer above a 0-based line."""

    line: int
    offer: Offer


@dataclass(frozen=True)
class Place:
    """A file as it is looked at: its URI, root-relative path and current text, and what is known of it."""

    uri: str
    path: str
    text: str
    settings: Settings
    run: LastRun | None
    ended: Sequence[Ended]


def lenses(place: Place) -> Iterator[Lens]:
    """Every lens of a file, top down."""
    stubs = {stub.name: stub for stub in stubs_of(place.text)}
    for span in outline(place.text).spans:
        results = own_results(place, span)
        if results or _looks_like_test(place, span):
            yield from _test_lenses(place, span, results)
            continue
        tests = failing_tests_at(place, span)
        if not tests:
            continue
        if span.name in stubs:
            offer = complete_offer(place.uri, span.first, short_name(span.name), tests, place.settings)
        elif len(tests) == 1:
            offer = fix_offer(place.uri, tests, place.settings, place.settings.effort)
        else:
            title = f"Fix {short_name(tests[0])} and {len(tests) - 1} more"
            title += f" · {price(place.settings, place.settings.effort)}"
            offer = Offer(title, FIX, (place.uri, list(tests), place.settings.effort))
        yield Lens(span.first, offer)
        yield from _ended_lens(place, span, tests)


def hints(place: Place) -> Iterator[tuple[int, str]]:
    """For clients without lenses: 0-based line of a function and how the last fix of it ended, with its cost."""
    for span in outline(place.text).spans:
        ended = last_ended(place, own_results(place, span) or failing_tests_at(place, span))
        if ended is not None:
            yield span.first, ended_title(ended)


def own_results(place: Place, span: Span) -> tuple[TestId, ...]:
    """The ids that a test function was collected as."""
    if place.run is None:
        return ()
    return place.run.collected.get(f"{place.path}::{span.name}", ())


def failing_tests_at(place: Place, span: Span) -> tuple[TestId, ...]:
    """The failing tests that execute a function, as it was when they ran."""
    if place.run is None:
        return ()
    tested = span
    if place.path in place.run.texts:
        named = outline(place.run.texts[place.path]).named(span.name)
        if named is None:
            return ()
        tested = named
    return place.run.reaching(place.path, tested)


def last_ended(place: Place, tests: Sequence[TestId]) -> Ended | None:
    """The last fix of any of these tests."""
    wanted = set(tests)
    for ended in reversed(place.ended):
        if ended.report is not None and wanted & set(ended.report.problem.targets):
            return ended
    return None


def ended_title(ended: Ended) -> str:
    """`fixed · 14/14 tests · $0.003 · strong`, or `no fix · $0.02`."""
    if ended.verified and ended.report is not None:
        return f"{'completed' if ended.title.startswith('complete') else 'fixed'} · {evidence_and_cost(ended.report)}"
    return f"no fix · {money(ended.spend.usd)}"


def _test_lenses(place: Place, span: Span, results: tuple[TestId, ...]) -> Iterator[Lens]:
    failing = [test for test in results if place.run is not None and test in place.run.failing_set]
    said = ""
    if results:
        said = " · passed" if not failing else " · failed"
        if failing and len(results) > 1:
            said = f" · {len(failing)} of {len(results)} failed"
    yield Lens(span.first, Offer(f"Run{said}", RUN_TESTS, (place.uri,)))
    if failing:
        offer = fix_offer(place.uri, failing, place.settings, place.settings.effort)
        title = f"Fix · {price(place.settings, place.settings.effort)}"
        yield Lens(span.first, Offer(title, offer.command, offer.arguments))
    yield from _ended_lens(place, span, results)


def _ended_lens(place: Place, span: Span, tests: Sequence[TestId]) -> Iterator[Lens]:
    ended = last_ended(place, tests)
    if ended is not None:
        command = SHOW_REPORT if ended.verified else WHY_NO_FIX
        yield Lens(span.first, Offer(ended_title(ended), command, (ended.id,)))


def _looks_like_test(place: Place, span: Span) -> bool:
    """By pytest's conventions, for a file that was not run yet."""
    file = place.path.rsplit("/", 1)[-1]
    in_test_file = file.startswith("test_") or file.endswith("_test.py")
    return place.run is None and in_test_file and short_name(span.name).startswith("test")

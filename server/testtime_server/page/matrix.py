"""Which tests each candidate passed: rows are tests, columns the candidates that tell most."""

from __future__ import annotations

from testtime_sandbox.verdict import TestId, TestOutcome
from testtime_strategies.candidate import Candidate, Outcome, Problem

from .markup import Html, join, tag
from .words import OUTCOMES, described, plural, state_of

MOST_COLUMNS, MOST_ROWS = 24, 60


def matrix(problem: Problem, outcome: Outcome) -> Html:
    """A table of the targets and of every test that a candidate broke; the rest is counted."""
    judged = [(n, c) for n, c in enumerate(outcome.candidates) if c.verdict is not None and c.verdict.results]
    columns = _columns(judged, outcome.fix)
    rows = _rows(problem, [candidate for _, candidate in columns])
    if not columns or not rows:
        return tag("p", "No candidate came as far as a test of its own.", class_="quiet")
    head = [
        tag(
            "th",
            tag(
                "a", candidate.id, href=f"#candidate-{number}", title=f"{described(candidate.move)}: {_word(candidate)}"
            ),
            scope="col",
            class_="fix" if _is_fix(candidate, outcome.fix) else None,
        )
        for number, candidate in columns
    ]
    body = [
        tag(
            "tr",
            tag("th", test, scope="row", title=test),
            _before(problem, test),
            join(_cell(candidate, test) for _, candidate in columns),
            class_="target" if test in problem.targets else None,
        )
        for test in rows[:MOST_ROWS]
    ]
    left = len(judged) - len(columns)
    said = [
        f"{plural(left, 'more candidate')} came as far as a test and passed fewer." if left > 0 else "",
        f"{plural(len(rows) - MOST_ROWS, 'more test')} not shown." if len(rows) > MOST_ROWS else "",
        "An empty cell: not run, because an earlier test had failed or the change cannot affect it.",
    ]
    return join(
        (
            tag(
                "div",
                tag(
                    "table",
                    tag(
                        "thead", tag("tr", tag("th", "test", scope="col"), tag("th", "before", scope="col"), join(head))
                    ),
                    tag("tbody", join(body)),
                    class_="matrix",
                ),
                class_="scroll",
                tabindex=0,
                role="region",
                aria_label="Which tests each candidate passed",
            ),
            tag("p", " ".join(sentence for sentence in said if sentence), class_="quiet"),
        )
    )


def _columns(judged: list[tuple[int, Candidate]], fix: Candidate | None) -> list[tuple[int, Candidate]]:
    """The fix, with its confirmation, and then those that came closest, in the order they ended."""
    ranked = sorted(judged, key=lambda pair: (not _is_fix(pair[1], fix), -_passes(pair[1]), pair[0]))
    chosen = sorted(ranked[:MOST_COLUMNS], key=lambda pair: (not _is_fix(pair[1], fix), pair[0]))
    return [(number, fix if fix is not None and _is_fix(candidate, fix) else candidate) for number, candidate in chosen]


def _rows(problem: Problem, candidates: list[Candidate]) -> list[TestId]:
    """The targets, then what a candidate broke."""
    broken = {test for candidate in candidates if candidate.verdict for test in candidate.verdict.regressed}
    return [*problem.targets, *(test for test in problem.baseline.results if test in broken)]


def _passes(candidate: Candidate) -> float:
    assert candidate.verdict is not None
    passed = sum(result.outcome is TestOutcome.PASSED for result in candidate.verdict.results.values())
    return candidate.verdict.passed * 1e6 + candidate.progress * 1e3 + passed


def _is_fix(candidate: Candidate, fix: Candidate | None) -> bool:
    return fix is not None and candidate.id == fix.id and candidate.move is fix.move


def _before(problem: Problem, test: TestId) -> Html:
    result = problem.baseline.results.get(test)
    return _outcome(result.outcome if result else None)


def _cell(candidate: Candidate, test: TestId) -> Html:
    assert candidate.verdict is not None
    result = candidate.verdict.results.get(test)
    if result is None and test in candidate.verdict.fixed:
        return _outcome(TestOutcome.PASSED)
    return _outcome(result.outcome if result else None)


def _outcome(outcome: TestOutcome | None) -> Html:
    if outcome is None:
        return tag("td", tag("span", "not run", class_="hidden"))
    sign, look, word = OUTCOMES[outcome]
    return tag("td", tag("span", sign, aria_hidden="true"), tag("span", word, class_="hidden"), class_=look, title=word)


def _word(candidate: Candidate) -> str:
    return state_of(candidate).word

"""A repair as one self-contained HTML page: no script at all, no font, no picture, no request to anywhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib import resources

from testtime_sandbox.verdict import GRADES, Evidence, TestId

from ..recording import Report
from ..report import evidence_line, money, moves_line, test_counts
from .candidates import tree
from .charts import search_chart, spending
from .diff import diff_of
from .markup import Child, Html, clipped, join, tag
from .matrix import matrix
from .words import plural

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What the browser may do for this page: show it. Nothing that came with a test's output could run or load."""
MOST_TRACEBACK = 6000
MOST_LISTED = 200


def render(report: Report) -> str:
    """The page. Everything that came from the project, its tests or a model is escaped."""
    sections = join(_sections(report))
    title = f"testtime: {_title(report)}"
    style = resources.files(__name__).joinpath("style.css").read_text("utf-8")
    head = join(
        (
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="color-scheme", content="light dark"),
            tag("title", title),
            tag("style", Html(style)),
        )
    )
    body = tag(
        "body", tag("a", "Skip to the result", href="#result", class_="skip"), _header(report), tag("main", sections)
    )
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>{body}</html>\n'


def _title(report: Report) -> str:
    targets = report.problem.targets
    name = targets[0].rsplit("::", 1)[-1] if targets else "no target"
    more = f" and {len(targets) - 1} more" if len(targets) > 1 else ""
    return f"{name}{more}"


def _header(report: Report) -> Html:
    outcome, project = report.outcome, report.project
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(report.at))
    about = [project.root.name, when, f"effort {outcome.effort}", outcome.model or "no model: mutations only"]
    look, sign, word = ("good", "✓", "Verified") if outcome.verified else ("bad", "✗", "Nothing verified")
    grade = f" · {outcome.evidence.grade} evidence" if outcome.evidence else ""
    return tag(
        "header",
        tag("p", "testtime", tag("span", f" report {report.id}"), class_="brand"),
        tag("p", tag("span", sign, aria_hidden="true"), f" {word}{grade}", class_=f"verdict {look}"),
        tag("h1", _title(report)),
        tag("p", join(tag("span", item) for item in about), class_="about"),
        _tiles(report),
    )


def _tiles(report: Report) -> Html:
    outcome, problem = report.outcome, report.problem
    counts = test_counts(problem, outcome)
    spend, ceilings = outcome.spend, outcome.ceilings
    expected = len(problem.baseline.passing) + len(problem.targets)
    limit = f"of at most {money(ceilings.usd)}" if outcome.model else "no model was asked"
    tests = f"{counts['passed']}/{expected}" if outcome.verified else f"{counts['fixed']}/{len(problem.targets)}"
    tiles = [
        ("cost", money(spend.usd), limit),
        ("tokens", f"{spend.tokens:,}", f"of at most {ceilings.tokens:,}" if outcome.model else ""),
        ("time", f"{spend.wall_seconds:.1f} s", f"of at most {ceilings.seconds:g} s"),
        ("candidates", str(len(outcome.candidates)), ""),
        (
            "tests passing" if outcome.verified else "targets, at best",
            tests,
            "confirmed cold" if outcome.verified else "",
        ),
    ]
    return tag(
        "dl",
        join(
            tag("div", tag("dt", name), tag("dd", value), tag("dd", below) if below else None)
            for name, value, below in tiles
        ),
    )


def _sections(report: Report) -> Iterator[Html]:
    problem, outcome = report.problem, report.outcome
    yield _section("result", "The fix" if outcome.verified else "Why there is no fix", _result(report))
    if outcome.evidence is not None:
        yield _section("evidence", "How far to believe it", _evidence(outcome.evidence))
    yield _section("failure", "What failed", _failures(report))
    chart = search_chart(outcome)
    yield _section("search", "The search", tag("p", f"{moves_line(outcome)}."), chart, tree(outcome))
    yield _section("tests", "Which tests each candidate passed", matrix(problem, outcome))
    yield _section("cost", "Where money and seconds went", spending(outcome))
    yield _section("sent", "What was sent to the model", _sent(report))
    yield _section("isolation", "Where the tests ran", _isolation(report))


def _section(anchor: str, title: str, *content: Child) -> Html:
    return tag("section", tag("h2", title), join(content), id=anchor, aria_label=title)


def _result(report: Report) -> Html:
    outcome = report.outcome
    fix = outcome.fix
    still = [tag("p", "Still failing: ", _names(report.rest))] if report.rest else []
    if fix is None or fix.patch is None:
        return join((tag("p", outcome.reason, class_="reason"), *still))
    return join(
        (
            tag("p", f"{evidence_line(report.problem, outcome)}.", class_="reason"),
            diff_of(fix.patch, coloured=True),
            *still,
        )
    )


def _evidence(evidence: Evidence) -> Html:
    steps = join(
        tag(
            "li",
            grade,
            class_="on" if grade == evidence.grade else None,
            aria_current="true" if grade == evidence.grade else None,
        )
        for grade in GRADES
    )
    facts: list[tuple[str, str]] = []
    if evidence.covering_tests is not None:
        facts.append((str(evidence.covering_tests), "tests execute the changed lines"))
    if evidence.mutants_total:
        facts.append(
            (
                f"{evidence.mutants_killed}/{evidence.mutants_total}",
                "small changes to those lines are noticed by the tests",
            )
        )
    if evidence.agreeing_candidates:
        facts.append((str(evidence.agreeing_candidates), "other candidates pass the same tests"))
    if evidence.compared_calls:
        others = evidence.same_behaviour + evidence.other_behaviour
        facts.append(
            (
                f"{evidence.same_behaviour}/{others}",
                f"other passing changes behave like the fix in {evidence.compared_calls} calls like those of the tests",
            )
        )
    return join(
        (
            tag("ol", steps, class_="grades"),
            tag("ul", join(tag("li", tag("b", number), f" {text}") for number, text in facts)),
            tag("ul", join(tag("li", note) for note in evidence.notes), class_="notes") if evidence.notes else None,
        )
    )


def _failures(report: Report) -> Html:
    items: list[Html] = []
    for failure in report.problem.failures[:20]:
        said = clipped((failure.traceback or failure.message).strip(), MOST_TRACEBACK)
        output = clipped(failure.output.strip(), MOST_TRACEBACK)
        items.append(
            tag(
                "details",
                tag(
                    "summary", tag("code", failure.id), " ", tag("span", clipped(failure.message, 300), class_="quiet")
                ),
                tag("pre", said, tabindex=0) if said else None,
                tag("p", "Its output", class_="caption") if output else None,
                tag("pre", output, tabindex=0) if output else None,
            )
        )
    more = len(report.problem.targets) - len(items)
    return join((*items, tag("p", f"{plural(more, 'more test')}.", class_="quiet") if more > 0 else None))


def _sent(report: Report) -> Html:
    sent = report.outcome.sent
    if not sent:
        return tag("p", "Nothing: no text of the project left this machine.")
    rows = join(
        tag("tr", tag("th", tag("code", path), scope="row"), tag("td", f"{size:,}"))
        for path, size in sorted(sent.items(), key=lambda item: -item[1])[:MOST_LISTED]
    )
    head = tag("tr", tag("th", "file", scope="col"), tag("th", "characters, all prompts together", scope="col"))
    excluded = report.problem.excluded
    return join(
        (
            tag("p", f"To {report.outcome.model}:"),
            tag("table", tag("thead", head), tag("tbody", rows)),
            tag("p", f"{plural(len(excluded), 'file')} held back by testtime.exclude.", class_="quiet")
            if excluded
            else None,
        )
    )


def _isolation(report: Report) -> Html:
    outcome, project, baseline = report.outcome, report.project, report.problem.baseline
    isolation = outcome.isolation
    verdict = outcome.fix.verdict if outcome.fix else None
    left_out = verdict.left_out if verdict else ()
    rows: list[tuple[str, Child]] = [
        ("isolation", f"{isolation.level}: {isolation.detail}"),
        ("not stopped by it", ", ".join(isolation.holes) or "nothing that was tried"),
        ("interpreter", f"Python {project.python_version}, pytest {project.pytest_version} ({project.interpreter})"),
        (
            "before the fix",
            f"{plural(len(baseline.results), 'test')}, {len(baseline.failing)} failing, {baseline.seconds:.1f} s",
        ),
        ("runs started cold", f"yes: {baseline.cold_because}" if baseline.cold_because else ""),
        ("flaky, not counted", _names(sorted(baseline.flaky)) if baseline.flaky else ""),
        ("left out", _names(left_out) if left_out else ""),
    ]
    return tag(
        "dl", join(tag("div", tag("dt", name), tag("dd", value)) for name, value in rows if value), class_="table"
    )


def _names(tests: tuple[TestId, ...] | list[TestId]) -> Html:
    shown = join(tag("li", tag("code", test)) for test in tests[:MOST_LISTED])
    more = tag("li", f"and {len(tests) - MOST_LISTED} more") if len(tests) > MOST_LISTED else None
    names = tag("ul", shown, more)
    return names if len(tests) <= 8 else tag("details", tag("summary", plural(len(tests), "test")), names)

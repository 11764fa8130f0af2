"""What an editor offers at a place: the code actions of a line."""

from __future__ import annotations

from pathlib import Path

from .actions import Offer, complete_offer, fix_offers, report_offer, run_offer, short_name, stop_offer
from .diagnostics import named_test_at, tests_at
from .fixing import Fixer
from .session import Session
from .stubs import stubs_of


def offers_at(session: Session, fixer: Fixer, path: Path, line: int) -> list[Offer]:
    """Commands that make sense at a 0-based line. Starts nothing."""
    root = session.root_of(path)
    text = session.editor.text(path) or ""
    uri = session.editor.uri(path)
    name = path.relative_to(root.path).as_posix()
    offers = [stop_offer(job.title, job.token) for job in fixer.running(root.path)]
    tests = list(tests_at(root.run, name, text, line))
    if not tests and (test := named_test_at(name, text, line)):
        known = root.run is not None and test in root.run.baseline.results
        if not known:
            tests = [test]
        return offers + fix_offers(uri, tests, root.settings)[:1] + [run_offer(uri)]
    stub = next((stub for stub in stubs_of(text) if stub.first <= line <= stub.last), None)
    if stub is not None and tests:
        offers.append(complete_offer(uri, stub.first, short_name(stub.name), tests, root.settings))
    elif stub is not None and root.run is None:
        offers.append(run_offer(uri))
    offers += fix_offers(uri, tests, root.settings)
    last = next((ended for ended in reversed(fixer.ended) if ended.root == root.path), None)
    if tests and last is not None:
        offers.append(report_offer(last.title, last.id, verified=last.verified))
    return offers

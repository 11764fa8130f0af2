"""`testtime report`: the pages of past repairs."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from .accounts import day_of
from .ledger import Entry, Ledger
from .report import money
from .reports import find, reports_folder, saved
from .terminal import BAD_USAGE, VERIFIED


def report(options: argparse.Namespace) -> int:
    """Say where a page is, list them, open one, or write a copy; returns the exit status."""
    if options.list:
        return _list()
    page = find(options.id)
    if page is None:
        which = f"no report {options.id!r}" if options.id else "no report yet: run 'testtime fix' or 'testtime demo'"
        print(f"testtime: there is {which} (in {reports_folder()}).", file=sys.stderr)
        return BAD_USAGE
    if options.output is not None:
        try:
            _copy(page, options.output)
        except OSError as error:
            print(f"testtime: {options.output} cannot be written ({error}).", file=sys.stderr)
            return BAD_USAGE
    else:
        print(page)
    if options.open:
        import webbrowser

        if not webbrowser.open(page.as_uri()):
            print("testtime: no browser could be started; open the file above in one.", file=sys.stderr)
    return VERIFIED


def _copy(page: Path, output: Path) -> None:
    if str(output) == "-":
        sys.stdout.write(page.read_text("utf-8"))
    else:
        shutil.copyfile(page, output)


def _list() -> int:
    """Every page with what the ledger knows of its repair, newest first."""
    books = Ledger()
    known = {entry.id: entry for entry in books.entries()}
    books.close()
    for page in saved():
        entry = known.get(page.stem)
        print(f"{page.stem}  {_described(entry) if entry else page}")
    return VERIFIED


def _described(entry: Entry) -> str:
    """`2026-11-25  shop  verified (moderate), applied · $0.0031 · test_total_adds_tax`."""
    grade = f" ({entry.grade})" if entry.grade else ""
    applied = ", applied" if entry.applied else ""
    names = [target.rsplit("::", 1)[-1] for target in entry.targets]
    tests = names[0] if len(names) == 1 else f"{len(names)} tests"
    end = f"{entry.verdict}{grade}{applied}"
    return f"{day_of(entry)}  {Path(entry.project).name}  {end} · {money(entry.spend.usd)} · {tests}"

"""`testtime ledger`: what was spent, by day, project and model."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from testtime_strategies.budget import Spend

from .ledger import Day, Entry, Ledger
from .report import money
from .settings import load
from .terminal import BAD_USAGE, VERIFIED, print_json

By = Literal["day", "project", "model"]


@dataclass(frozen=True)
class Total:
    """Several repairs together. `usd` is what is known of their price, `unpriced` how many have one that is not."""

    name: str
    repairs: int
    verified: int
    applied: int
    candidates: int
    tokens: int
    usd: float
    unpriced: int
    model_seconds: float
    sandbox_cpu_seconds: float
    wall_seconds: float


def total(name: str, entries: Sequence[Entry]) -> Total:
    """The sum of some entries."""
    spends = [entry.spend for entry in entries]
    whole = sum(spends, Spend())
    return Total(
        name,
        repairs=len(entries),
        verified=sum(entry.verdict == "verified" for entry in entries),
        applied=sum(entry.applied for entry in entries),
        candidates=sum(entry.candidates for entry in entries),
        tokens=whole.tokens,
        usd=sum((spend.usd or 0.0 for spend in spends), 0.0),
        unpriced=sum(spend.usd is None for spend in spends),
        model_seconds=whole.model_seconds,
        sandbox_cpu_seconds=whole.sandbox_cpu_seconds,
        wall_seconds=whole.wall_seconds,
    )


def totals(entries: Iterable[Entry], by: By) -> list[Total]:
    """Sums by day (newest first), by project or by model (dearest first)."""
    names: dict[By, Callable[[Entry], str]] = {
        "day": day_of,
        "project": lambda entry: entry.project,
        "model": lambda entry: entry.model or "none",
    }
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(names[by](entry), []).append(entry)
    sums = [total(name, group) for name, group in groups.items()]
    if by == "day":
        return sorted(sums, key=lambda each: each.name, reverse=True)
    return sorted(sums, key=lambda each: (-each.usd, -each.tokens, each.name))


def day_of(entry: Entry) -> str:
    """The day on which a repair ended, by the user's clock: `2026-11-25`."""
    return time.strftime("%Y-%m-%d", time.localtime(entry.at))


def ledger(options: argparse.Namespace) -> int:
    """Print the books; returns the exit status."""
    books = Ledger()
    since = 0.0
    if options.days is not None:
        since = time.mktime((date.today() - timedelta(days=options.days - 1)).timetuple())
    entries, today = books.entries(since), books.today()
    books.close()
    if books.trouble:
        print(f"testtime: {books.trouble}", file=sys.stderr)
        if not books.kept:
            return BAD_USAGE
    loaded = load(Path.cwd(), environ=os.environ)
    cap = loaded.settings.max_usd_per_day
    if options.json:
        print_json(to_json(books, entries, today, cap))
    elif not entries and not today.tokens:
        print("No repair is in the books yet: run 'testtime fix' in a project, or 'testtime demo'.")
    else:
        _show(entries, options.by)
        print(today_line(today, cap))
    return VERIFIED


def today_line(today: Day, cap: float) -> str:
    """`today: $0.03 of at most $5.00 · 34,400 tokens`."""
    waiting = f" · {money(today.reserved)} set aside for replies in flight" if today.reserved else ""
    unpriced = f" · {today.unpriced} replies of unknown price" if today.unpriced else ""
    return f"today: {money(today.usd)} of at most {money(cap)} · {today.tokens:,} tokens{waiting}{unpriced}"


def to_json(books: Ledger, entries: Sequence[Entry], today: Day, cap: float) -> dict[str, Any]:
    """The object of `testtime ledger --json`."""
    return {
        "path": str(books.path),
        "cap": cap,
        "today": asdict(today),
        "total": asdict(total("total", entries)),
        "by_day": [asdict(each) for each in totals(entries, "day")],
        "by_project": [asdict(each) for each in totals(entries, "project")],
        "by_model": [asdict(each) for each in totals(entries, "model")],
        "repairs": [asdict(entry) for entry in entries],
    }


def price(each: Total) -> str:
    """What is known of a price, and that it is not all."""
    return f"{money(each.usd)} + {each.unpriced} unknown" if each.unpriced else money(each.usd)


def _show(entries: Sequence[Entry], by: By) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_footer=True, header_style="bold", footer_style="bold")
    whole = total("total", entries)
    columns: tuple[tuple[str, Callable[[Total], str]], ...] = (
        ("repairs", lambda each: str(each.repairs)),
        ("verified", lambda each: str(each.verified)),
        ("applied", lambda each: str(each.applied)),
        ("candidates", lambda each: f"{each.candidates:,}"),
        ("tokens", lambda each: f"{each.tokens:,}"),
        ("USD", price),
        ("time", lambda each: duration(each.wall_seconds)),
    )
    table.add_column(by, footer="total", overflow="fold")
    for name, cell in columns:
        table.add_column(name, footer=cell(whole), justify="right", no_wrap=True)
    for each in totals(entries, by):
        table.add_row(escape(each.name), *(cell(each) for _, cell in columns))
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=160)
    console.print(table)


def duration(seconds: float) -> str:
    """`42 s`, `3 min`, `1.5 h`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"

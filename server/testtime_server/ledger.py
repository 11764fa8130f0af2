"""The books: what each repair cost and what came of it, and the day's cap that all windows and processes share.

A SQLite file in the user's state folder. It holds no source, no prompt and no test output. Money is kept in whole
nano-USD where the cap is counted, so that sums are exact. A file that is damaged is put aside; where none can be
written, the books are kept in memory for as long as the process runs, and `Ledger.trouble` says so: a repair never
fails for its books.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import sqlite3
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from testtime_strategies.budget import Refusal, Spend

from .owner import is_alive, this_process
from .state import state_folder

BUSY_SECONDS = 5.0
"""How long another process's transaction is waited for; each takes about a millisecond."""
REPLIES_KEPT_SECONDS = 60 * 86400.0
"""Single replies are forgotten after so long; the repairs' sums stay."""
NANO = 1_000_000_000

SCHEMAS = (
    """
CREATE TABLE IF NOT EXISTS repairs (
    id TEXT PRIMARY KEY, at REAL NOT NULL, project TEXT NOT NULL, targets TEXT NOT NULL,
    effort TEXT NOT NULL, strategy TEXT NOT NULL, model TEXT, candidates INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL, usd REAL, model_seconds REAL NOT NULL, sandbox_cpu_seconds REAL NOT NULL,
    wall_seconds REAL NOT NULL, verdict TEXT NOT NULL, grade TEXT, applied INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS repairs_at ON repairs (at);
CREATE TABLE IF NOT EXISTS replies (
    id INTEGER PRIMARY KEY, repair TEXT NOT NULL, at REAL NOT NULL, owner TEXT NOT NULL, state TEXT NOT NULL,
    reserved INTEGER, spent INTEGER, input_tokens INTEGER NOT NULL DEFAULT 0, output_tokens INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS replies_at ON replies (at);
""",
    "ALTER TABLE repairs ADD COLUMN estimated_tokens INTEGER NOT NULL DEFAULT 0;",
)
"""What makes the tables of each version out of those before it."""

T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """One repair in the books. `usd` None: at least one reply's price is not known."""

    id: str
    at: float
    """When it ended, in seconds of the epoch."""
    project: str
    targets: tuple[str, ...]
    effort: str
    strategy: str
    model: str | None
    candidates: int
    spend: Spend
    verdict: str
    """"verified", why the search stopped, "cancelled" or "broken"."""
    grade: str | None = None
    applied: bool = False


@dataclass(frozen=True)
class Day:
    """What one day's replies came to so far, those of cancelled repairs too."""

    usd: float
    """USD billed where the price is known."""
    reserved: float
    """USD set aside for replies in flight, in whatever process."""
    tokens: int
    unpriced: int
    """Replies whose price is not known, and those of processes that died before they could say."""


class Ledger:
    """The user's books. Nothing is opened before it is needed. For one thread; any number of processes."""

    def __init__(self, path: Path | None = None) -> None:
        """`path` None: `ledger.sqlite` in the user's state folder."""
        self.path = path or state_folder() / "ledger.sqlite"
        self.trouble = ""
        """One sentence when the file could not be used as it should be."""
        self.kept = True
        """False once the books are in memory alone."""
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        """Device and inode of the file that is open; None for memory."""

    def record(self, entry: Entry) -> None:
        """Write a repair down."""
        row = {
            **{name: value for name, value in vars(entry).items() if name != "spend"},
            **vars(entry.spend),
            "targets": json.dumps(entry.targets),
        }
        columns, values = ", ".join(row), ", ".join(f":{name}" for name in row)

        def write(books: sqlite3.Connection) -> None:
            books.execute(f"INSERT OR REPLACE INTO repairs ({columns}) VALUES ({values})", row)
            books.execute("DELETE FROM replies WHERE at < ? AND state != 'open'", (time.time() - REPLIES_KEPT_SECONDS,))

        self.transact(write)

    def mark_applied(self, repair: str) -> None:
        """The fix of this repair is in the user's files."""
        self.transact(lambda books: books.execute("UPDATE repairs SET applied = 1 WHERE id = ?", (repair,)))

    def entries(self, since: float = 0.0) -> list[Entry]:
        """Repairs that ended at `since` (seconds of the epoch) or later, newest first."""
        rows = self.transact(
            lambda books: books.execute("SELECT * FROM repairs WHERE at >= ? ORDER BY at DESC", (since,)).fetchall()
        )
        return [_entry(row) for row in rows]

    def today(self) -> Day:
        """What this day came to so far, by the user's clock."""

        def read(books: sqlite3.Connection) -> sqlite3.Row:
            _release_the_dead(books)
            return _day(books)

        row = self.transact(read)
        return Day(row["spent"] / NANO, row["reserved"] / NANO, row["tokens"], row["unpriced"])

    def spent(self, repair: str) -> Spend:
        """What the replies of a repair came to so far: for one that is stopped half way."""
        row = self.transact(
            lambda books: books.execute(
                "SELECT COALESCE(SUM(input_tokens), 0) AS inputs, COALESCE(SUM(output_tokens), 0) AS outputs,"
                " COALESCE(SUM(spent), 0) AS spent, COUNT(*) - COUNT(spent) AS unpriced FROM replies WHERE repair = ?",
                (repair,),
            ).fetchone()
        )
        usd = None if row["unpriced"] else row["spent"] / NANO
        return Spend(input_tokens=row["inputs"], output_tokens=row["outputs"], usd=usd)

    def allowance(self, repair: str, cap: float) -> DailyAllowance:
        """The day's cap of `cap` USD, as one repair sees it."""
        return DailyAllowance(self, repair, cap)

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """`work` in one transaction that no other process gets between; on a file that turns out damaged or unwritable,
        on what takes its place.
        """
        try:
            return self._once(work)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                self._fall_back(error)
            else:
                self._put_aside(error)
        try:
            return self._once(work)
        except sqlite3.DatabaseError as error:
            self._fall_back(error)
            return self._once(work)

    def _once(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._connection is not None and self._file not in (None, _identity(self.path)):
            self.close()  # removed or put aside by somebody
        if self._connection is None:
            self._connection = self._open()
        with _transaction(self._connection):
            return work(self._connection)

    def _open(self) -> sqlite3.Connection:
        """The file, made when it is not there; in memory where that cannot be."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise sqlite3.OperationalError(str(error)) from error
        self._file = _identity(self.path)
        books = _connected(str(self.path))
        try:
            books.execute("PRAGMA journal_mode = WAL")
            books.execute("PRAGMA synchronous = NORMAL")
            _prepare(books)
        except BaseException:
            books.close()
            raise
        with contextlib.suppress(OSError):
            self.path.chmod(0o600)
        self._file = _identity(self.path)
        return books

    def _put_aside(self, error: sqlite3.DatabaseError) -> None:
        """Move a damaged file out of the way; a new one begins in its place."""
        self.close()
        if self._file != _identity(self.path):
            return  # another process was faster
        aside = self.path.with_name(f"{self.path.stem}.damaged-{time.strftime('%Y%m%d-%H%M%S')}{self.path.suffix}")
        try:
            os.replace(self.path, aside)
            for leftover in ("-wal", "-shm"):
                self.path.with_name(self.path.name + leftover).unlink(missing_ok=True)
        except OSError as trouble:
            self._fall_back(sqlite3.OperationalError(f"{error}; {trouble}"))
            return
        self.trouble = (
            f"The ledger {self.path} was damaged ({error}); it was put aside as {aside.name}, a new one begins."
        )

    def _fall_back(self, error: sqlite3.DatabaseError) -> None:
        """Keep the books in memory from here on."""
        self.close()
        self._file, self.kept = None, False
        self._connection = _connected(":memory:")
        _prepare(self._connection)
        self.trouble = (
            f"The ledger {self.path} cannot be used ({error}): what is spent now is not kept, and "
            "testtime.maxUsdPerDay holds for this process alone. Make its folder writable, or set XDG_STATE_HOME."
        )


class DailyAllowance:
    """`budget.Allowance` over the ledger: the worst case of every reply of every process is counted before it is asked
    for, in one transaction, so that together they never pass the cap.
    """

    def __init__(self, ledger: Ledger, repair: str, cap: float) -> None:
        self._ledger = ledger
        self._repair = repair
        self._cap = cap

    def reserve(self, usd: float | None) -> int | Refusal:
        """Set a reply's worst case aside. A free reply is never refused; one of unknown price is when the cap is used
        up, and counts nothing.
        """
        return self._ledger.transact(lambda books: self._reserve(books, usd))

    def settle(self, ticket: int, spend: Spend | None) -> None:
        """Put what the reply was billed in the place of what was set aside; None: it was not billed at all."""

        def write(books: sqlite3.Connection) -> None:
            if spend is None:
                books.execute("DELETE FROM replies WHERE id = ?", (ticket,))
                return
            spent = None if spend.usd is None else nano(spend.usd)
            books.execute(
                "UPDATE replies SET state = 'settled', spent = ?, input_tokens = ?, output_tokens = ? WHERE id = ?",
                (spent, spend.input_tokens, spend.output_tokens, ticket),
            )

        self._ledger.transact(write)

    def _reserve(self, books: sqlite3.Connection, usd: float | None) -> int | Refusal:
        _release_the_dead(books)
        worst = None if usd is None else nano(usd)
        day = _day(books)
        left = nano(self._cap) - day["spent"] - day["reserved"]
        if worst != 0 and (worst or 1) > left:
            return Refusal(self._refusal(day["spent"] / NANO, day["reserved"] / NANO))
        inserted = books.execute(
            "INSERT INTO replies (repair, at, owner, state, reserved) VALUES (?, ?, ?, 'open', ?)",
            (self._repair, time.time(), this_process(), worst),
        )
        assert inserted.lastrowid is not None
        return inserted.lastrowid

    def _refusal(self, spent: float, reserved: float) -> str:
        waiting = f" and ${reserved:.4f} is set aside for replies in flight" if reserved else ""
        return (
            f"Another reply could pass today's cap of ${self._cap:.2f}: ${spent:.4f} is spent{waiting}; "
            "testtime.maxUsdPerDay (TESTTIME_MAX_USD_PER_DAY) sets it"
        )


def nano(usd: float) -> int:
    """Whole nano-USD, rounded up, floating-point noise aside."""
    return math.ceil(round(usd * NANO, 3))


def midnight() -> float:
    """When this day began by the user's clock, in seconds of the epoch."""
    now = time.localtime()
    return time.mktime((now.tm_year, now.tm_mon, now.tm_mday, 0, 0, 0, 0, 0, -1))


def _day(books: sqlite3.Connection) -> sqlite3.Row:
    return books.execute(
        "SELECT COALESCE(SUM(spent), 0) AS spent,"
        " COALESCE(SUM(CASE WHEN state = 'open' THEN reserved END), 0) AS reserved,"
        " COALESCE(SUM(input_tokens + output_tokens), 0) AS tokens,"
        " COALESCE(SUM(state != 'open' AND spent IS NULL), 0) AS unpriced"
        " FROM replies WHERE at >= ?",
        (midnight(),),
    ).fetchone()


def _release_the_dead(books: sqlite3.Connection) -> None:
    """Give back what processes set aside that are no more: what they were billed last is not known."""
    rows: Sequence[sqlite3.Row] = books.execute(
        "SELECT owner, MAX(at) AS at FROM replies WHERE state = 'open' AND owner != ? GROUP BY owner", (this_process(),)
    ).fetchall()
    for row in rows:
        if not is_alive(row["owner"], time.time() - row["at"]):
            books.execute("UPDATE replies SET state = 'lost' WHERE state = 'open' AND owner = ?", (row["owner"],))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _connected(where: str) -> sqlite3.Connection:
    books = sqlite3.connect(where, timeout=BUSY_SECONDS, isolation_level=None)
    books.row_factory = sqlite3.Row
    return books


def _prepare(books: sqlite3.Connection) -> None:
    """The tables, unless they are there. Raises `sqlite3.DatabaseError` for a file of a later testtime."""
    version = books.execute("PRAGMA user_version").fetchone()[0]
    if version > len(SCHEMAS):
        raise sqlite3.OperationalError("a later version of testtime wrote it")
    if version == len(SCHEMAS):
        return
    with _transaction(books):
        version = books.execute("PRAGMA user_version").fetchone()[0]  # another process may have been faster
        for statement in "".join(SCHEMAS[version:]).split(";"):
            books.execute(statement)
        books.execute(f"PRAGMA user_version = {len(SCHEMAS)}")


@contextlib.contextmanager
def _transaction(books: sqlite3.Connection) -> Generator[None]:
    books.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            books.execute("ROLLBACK")
        raise
    books.execute("COMMIT")


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is broken, not the way to it."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def _entry(row: Mapping[str, object] | sqlite3.Row) -> Entry:
    values = dict(row)
    counted = {name: values.pop(name) for name in Spend.__dataclass_fields__}
    targets = tuple(json.loads(str(values.pop("targets"))))
    applied = bool(values.pop("applied"))
    return Entry(**values, targets=targets, applied=applied, spend=Spend(**counted))  # type: ignore[arg-type]

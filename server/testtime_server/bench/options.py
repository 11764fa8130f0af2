"""The options of `testtime bench`, apart from what it does: the command line is read at every start."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..arguments import EFFORT_NAMES, STRATEGY_NAMES, amount, count

EXAMPLES = """\
examples:
  testtime bench --inject .                          seed ten bugs into the project here: which effort pays for you?
  testtime bench --inject . --effort low --effort high --model none --model gpt-5-mini --count 30
  testtime bench tests/corpus --model none           a suite of problem folders, mutations only
  testtime bench tests/corpus --weaken --model none  with half of the visible tests: what is the evidence worth?
  testtime bench tests/corpus --sample 16 --model local
                                                     no mutations: what 1, 2, 4, 8, 16 replies of a model solve
  testtime bench tests/corpus --sample 16 --model local --strategy best_of_n --strategy adaptive
                                                     drawn at random, and as the default would ask a small model
  testtime bench replay testtime-bench --strategy adaptive --strategy best_of_n --sample 16
                                                     policies on the same recorded replies, no model: what each would
                                                     have spent, and what plain sampling spends for as many fixes

Results are kept as JSON lines in --out and gone on from; the folder also gets report.html and curves.svg
(the picture needs testtime[bench]). Nothing is written to the projects.
"""


def add_bench(commands: Any) -> argparse.ArgumentParser:
    """Add the command; its `run` is the caller's to set."""
    bench: argparse.ArgumentParser = commands.add_parser(
        "bench",
        help="measure repairs: solved, correct on held-out tests, tokens, USD, seconds",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    bench.add_argument("suites", nargs="*", type=Path, metavar="SUITE", help="suites or single problem folders")
    bench.add_argument("--inject", type=Path, metavar="PATH", help="seed bugs into the project at PATH instead")
    bench.add_argument("--count", type=count, default=10, metavar="N", help="how many bugs to seed (10)")
    bench.add_argument(
        "--effort", dest="efforts", action="append", choices=EFFORT_NAMES, help="may be repeated (the setting's)"
    )
    bench.add_argument(
        "--strategy", dest="strategies", action="append", choices=STRATEGY_NAMES, help="may be repeated (the setting's)"
    )
    bench.add_argument(
        "--model", dest="models", action="append", metavar="M", help="may be repeated; 'none' is mutations only"
    )
    bench.add_argument("--base-url", metavar="URL", help="an OpenAI-compatible endpoint")
    bench.add_argument("--python", metavar="PATH", help="interpreter that runs the tests")
    bench.add_argument("--repeats", type=count, default=1, metavar="N", help="repairs of each problem (1)")
    bench.add_argument("--seed", type=int, default=0, metavar="N", help="for what is drawn by chance (0)")
    bench.add_argument(
        "--sample",
        type=count,
        default=0,
        metavar="N",
        help="draw N replies of each problem and judge all: pass@k; replayed: no more than N",
    )
    bench.add_argument("--weaken", action="store_true", help="take half of the visible tests away first")
    bench.add_argument("--timeout", type=amount, metavar="S", help="stop each repair after S seconds")
    bench.add_argument("--max-usd", type=amount, metavar="X", help="spend at most X USD on each repair")
    bench.add_argument(
        "--out", type=Path, default=Path("testtime-bench"), metavar="DIR", help="kept results (testtime-bench)"
    )
    bench.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    return bench

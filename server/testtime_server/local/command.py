"""`testtime model fetch|list`: the embedded model's weights."""

from __future__ import annotations

import argparse
import sys

from ..terminal import BAD_USAGE, VERIFIED, explain, print_json
from .serving import INSTALL
from .weights import DEFAULT, KNOWN, WeightsError, engine_is_installed, fetch, known


async def model(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    if options.action == "list":
        _list(as_json=options.json)
        return VERIFIED
    try:
        path = await fetch(
            known(options.name or DEFAULT.name), lambda line: print(f"testtime: {line}", file=sys.stderr)
        )
    except WeightsError as error:
        print(explain(error), file=sys.stderr)
        return BAD_USAGE
    print(path)
    if not engine_is_installed():
        print(f"testtime: to serve it, {INSTALL}", file=sys.stderr)
    return VERIFIED


def _list(*, as_json: bool) -> None:
    if as_json:
        rows = [
            {"name": w.name, "path": str(w.path) if w.is_here else None, "bytes": w.size, "licence": w.licence}
            for w in KNOWN
        ]
        print_json({"engine": engine_is_installed(), "models": rows})
        return
    for weights in KNOWN:
        print(f"{weights.name}  {weights.size / 1e6:.0f} MB  {weights.licence}  {weights.summary}")
        print(f"  {weights.path if weights.is_here else 'not here: testtime model fetch'}")
    print(f"engine: {'installed' if engine_is_installed() else INSTALL}")

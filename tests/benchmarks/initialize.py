"""How long an editor waits for the server: process start to the answer of `initialize`, beside a bare interpreter.

python tests/benchmarks/initialize.py [RUNS]
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

COMMAND = [str(Path(sys.executable).parent / "testtime"), "serve"]
REQUEST = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"capabilities": {}, "processId": None, "rootUri": None},
}


def answer_seconds() -> float:
    body = json.dumps(REQUEST).encode()
    started = time.perf_counter()
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        process.stdin.flush()
        process.stdout.read(16)
        seconds = time.perf_counter() - started
        process.kill()
    return seconds


def bare_seconds() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import pygls.lsp.server, lsprotocol.types"], check=True)
    return time.perf_counter() - started


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # both would compile everything anew
    answer_seconds(), bare_seconds()
    pairs = [(answer_seconds(), bare_seconds()) for _ in range(runs)]
    ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"initialize answered after {ours:.3f} s (median of {runs}, from {min(p[0] for p in pairs):.3f} s)")
    print(f"an interpreter that only imports pygls and lsprotocol: {bare:.3f} s; ratio {ours / bare:.2f}")


if __name__ == "__main__":
    main()

"""The engine's process: llama.cpp behind an OpenAI-compatible server on a free loopback port.

Run as `python -m testtime_server.local.engine FILE SLOTS THREADS DESCRIPTOR` with the key on stdin. It writes one line
of JSON to the descriptor, a socket, and ends when that is closed: it never outlives who started it.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import Any

CONTEXT_PER_SLOT = 4096
"""Tokens of prompt and reply together."""


def main(arguments: list[str]) -> None:
    """Serve until the other end of the socket is gone."""
    path, slots, threads, descriptor = arguments
    line = socket.socket(fileno=int(descriptor))
    key = sys.stdin.readline().strip()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # llama.cpp talks
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        server = _serve(path, key, int(slots), int(threads))
        said = {"address": server.listening_address}
    except Exception as error:  # any failure of the engine is to be said, not shown as a traceback
        said = {"error": str(error) or type(error).__name__}
    line.sendall(json.dumps(said).encode() + b"\n")
    while line.recv(4096):
        pass
    os._exit(0)


def _serve(path: str, key: str, slots: int, threads: int) -> Any:
    import xllamacpp  # pyright: ignore[reportMissingImports, reportMissingTypeStubs]

    engine: Any = xllamacpp
    params = engine.CommonParams()
    params.model.path = path
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.n_parallel = slots
    params.n_ctx = slots * CONTEXT_PER_SLOT
    # llama.cpp's threads wait for each other spinning: where the tests of candidates keep a core busy, two threads on
    # two cores were six times slower than one.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.ui = params.endpoint_slots = False
    return engine.Server(params)


if __name__ == "__main__":
    main(sys.argv[1:])

# pyright: basic
"""What a candidate could still do here, found out by trying: `python probe.py` with its order as JSON on stdin.

Takes the place that a candidate would have, then tries to read a planted secret, to connect out, to write outside, to
reach the server and other processes, and to fork without end. Prints the holes as a JSON list.
"""

import contextlib
import json
import os
import socket
import sys

import linux  # pyright: ignore[reportMissingImports]
import stage  # pyright: ignore[reportMissingImports]

MANY = 100


def main():
    """Try everything; what an OSError stops is closed."""
    order = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    if order["boxed"]:
        stage.enter(order, own_namespaces=False)
    stage.give_up_rights(order)
    trials = {
        "reads outside the project": lambda: read(order["secret"]),
        "writes outside the project": lambda: outside(order["outside"], order["boxed"]),
        "network": lambda: socket.create_connection(("127.0.0.1", order["port"]), 0.3).close(),
        "signals to other processes": lambda: signal_server(order["server"], order["server_started"]),
        "other processes' environment": lambda: other_environments(order["mark"].encode("latin-1")),
        "dangerous system calls": lambda: linux.unshare(linux.NEWUSER),
        "number of processes": fork_many,
    }
    holes = []
    for hole, attempt in trials.items():
        with contextlib.suppress(OSError, ValueError):
            if attempt() is not False:
                holes.append(hole)
    print(json.dumps(holes))
    sys.stdout.flush()
    os._exit(0)


def read(path):
    """Whether a file outside can be read."""
    with open(path) as stream:
        return stream.read() != ""


def outside(path, boxed):
    """Whether the write reached the real file is for the parent to see when the box has a /tmp of its own."""
    with open(path, "w") as stream:
        stream.write("x")
    return not boxed


def signal_server(pid, started):
    """Whether `pid` is the server here, and can be signalled."""
    os.kill(pid, 0)
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat") as stream:
        return stream.read().rpartition(")")[2].split()[19] == started
    return True


def other_environments(mark):
    """Whether the server's environment, which begins with `mark`, can be read from any process."""
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            with contextlib.suppress(OSError), open(f"/proc/{entry}/environ", "rb") as stream:
                if mark and mark in stream.read():
                    return True
    return False


def fork_many():
    """Whether more children can be had than the limit says."""
    read, write = os.pipe()
    children = []
    try:
        while len(children) < MANY:
            pid = os.fork()
            if pid == 0:
                os.close(write)
                os.read(read, 1)
                os._exit(0)
            children.append(pid)
        return True
    finally:
        os.close(write)
        for pid in children:
            os.waitpid(pid, 0)


if __name__ == "__main__":
    main()

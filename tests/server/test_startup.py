"""The kept compilations of the protocol's classes: used when they fit, harmless when they do not."""

import subprocess
import sys
from pathlib import Path

import pytest

OWN = 60
"""attrs compiles its own classes when it is imported, before anything can be kept."""
CODE = """
import builtins, sys
from pathlib import Path
from testtime_server.startup import import_protocol
compiled = []
real = builtins.compile
def counting(source, filename, *rest, **options):
    compiled.append(filename)
    return real(source, filename, *rest, **options)
builtins.compile = counting
import_protocol(Path(sys.argv[1]))
builtins.compile = real
from lsprotocol import types
assert types.Position(1, 2) == types.Position(line=1, character=2)
assert repr(types.Position(1, 2))
print(sum("attrs generated" in str(name) for name in compiled))
"""


def compilations(cache: Path) -> int:
    done = subprocess.run([sys.executable, "-c", CODE, str(cache)], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_compiled_once_per_machine(tmp_path: Path) -> None:
    cache = tmp_path / "folder" / "protocol"
    assert compilations(cache) > 500
    assert compilations(cache) < OWN


@pytest.mark.parametrize("rubbish", [b"", b"rubbish", b"\xe9\x00\x00\x00\x00", b"N"])
def test_a_broken_cache_is_made_anew(tmp_path: Path, rubbish: bytes) -> None:
    cache = tmp_path / "protocol"
    cache.write_bytes(rubbish)
    assert compilations(cache) > 500
    assert compilations(cache) < OWN


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert compilations(tmp_path / "file" / "protocol") > 500

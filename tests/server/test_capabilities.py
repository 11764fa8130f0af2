"""Each editor's recorded capabilities, with every optional one removed in turn, still get a working fix.

The server and the client are joined in this process, and the project's own runs are recorded once and played back at the
seam that `create_server` takes: the protocol between both is the real one.
"""

import asyncio
import copy
import json
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pytest
from cattrs.errors import ClassValidationError
from editor_client import EditorClient, capabilities
from lsprotocol import converters
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from testtime_server.language_server import create_server
from testtime_server.repair import Workbench
from testtime_server.settings import Settings

CONVERTER = converters.get_converter()
SERVERS, CLIENTS = lru_cache(maxsize=1)(default_converter), lru_cache(maxsize=1)(default_converter)


class Wire:
    """What one side writes, the other reads: through JSON, without a process between."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def write(self, data: bytes) -> None:
        body = data.split(b"\r\n\r\n", 1)[-1]
        message = json.loads(body, object_hook=self._reader.structure_message)
        asyncio.get_running_loop().call_soon(self._reader.handle_message, message)

    def close(self) -> None:
        pass


class Recorded:
    """A project whose runs were made before."""

    def __init__(self, baseline: Any, report: Any) -> None:
        self.settings = Settings()
        self._baseline = baseline
        self._report = report

    async def run_tests(self, **_: Any) -> Any:
        return self._baseline

    async def repair(self, *_: Any, **__: Any) -> Any:
        return self._report

    async def verify(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("the text did not change")

    async def aclose(self) -> None:
        pass


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Recorded]:
    """One real run and one real repair of the calculator."""
    root = tmp_path_factory.mktemp("calculator")
    (root / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')
    (root / "calc.py").write_text("def add(a, b):\n    return a - b\n")
    (root / "test_calc.py").write_text(
        "from calc import add\n\n\ndef test_add():\n    assert add(2, 3) == 5\n\n\n"
        "def test_zero():\n    assert add(7, 0) == 7\n"
    )

    async def record() -> Recorded:
        bench = Workbench(root, Settings(model="none", pytest_args=("--disable-plugin-autoload",)))
        baseline = await bench.run_tests(listener=lambda event: None)
        report = await bench.repair(listener=lambda event: None)
        await bench.aclose()
        return Recorded(baseline, report)

    return root, asyncio.run(record())


@pytest.fixture(autouse=True)
def one_converter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of what a server or client costs is its converter: one for each side does."""
    monkeypatch.setattr(
        "testtime_server.language_server.LanguageServer", partial(LanguageServer, converter_factory=SERVERS)
    )
    monkeypatch.setattr("pytest_lsp.client.default_converter", CLIENTS)


def paths(node: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every capability, the groups of them too."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield (*before, name)
            yield from paths(value, (*before, name))


def without(everything: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    changed = copy.deepcopy(everything)
    node = changed
    for name in path[:-1]:
        node = node[name]
    del node[path[-1]]
    return changed


async def fix(root: Path, bench: Recorded, able: lsp.ClientCapabilities) -> EditorClient:
    """Squiggle, quick fix, edit, over a wire; the client after it."""
    server = create_server(lambda _root, _settings: bench)
    client = EditorClient([root], able=able)
    server.protocol.set_writer(Wire(client.lsp.protocol))
    client.lsp.protocol.set_writer(Wire(server.protocol))
    await client.initialize()
    test, code = client.open(root / "test_calc.py"), client.open(root / "calc.py")
    client.save(test)
    await client.until(lambda: client.diagnostics(test))
    [diagnostic] = client.diagnostics(test)
    assert diagnostic.range.start.line == 4
    await client.act(code, 1, "Fix test_add")
    await client.until(lambda: any("test_add" in message for message in client.messages))
    if not any("fixed test_add" in message for message in client.messages):
        assert able.workspace is None or not able.workspace.apply_edit, client.messages
        await client.take(code, 1, "Apply verified fix")
    assert client.texts[code] == "def add(a, b):\n    return a + b\n"
    kinds = [value["kind"] for _, value in client.progress]
    assert kinds.count("begin") == kinds.count("end")
    await client.lsp.shutdown_async(None)
    return client


@pytest.mark.parametrize("name", ["visual_studio_code", "neovim", "helix", "emacs"])
async def test_every_optional_capability_removed_in_turn(
    recorded: tuple[Path, Recorded], name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    everything = CONVERTER.unstructure(capabilities(name), lsp.ClientCapabilities)
    tried = 0
    for path in [(), *paths(everything)]:
        able = without(everything, path) if path else everything
        try:
            structured = CONVERTER.structure(able, lsp.ClientCapabilities)
        except ClassValidationError:
            continue  # required where its group is there at all
        try:
            await fix(*recorded, structured)
            tried += 1
        except (AssertionError, TimeoutError, Warning) as error:
            raise AssertionError(f"without {'.'.join(path)}: {error}") from error
    assert tried > 40


async def test_a_client_that_can_do_nothing_optional(
    recorded: tuple[Path, Recorded], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    client = await fix(*recorded, lsp.ClientCapabilities())
    assert client.progress == []
    assert client.registered == []

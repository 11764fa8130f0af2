import importlib.util
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def _load(name: str, file: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


_module = _load("editor_client", "client.py")
_load("stress", "stress.py")


@pytest.fixture
async def editor() -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Start an editor: `await editor([root], client="neovim", effort="low")`."""
    editors: list[Any] = []

    async def start(
        roots: list[Path],
        environment: dict[str, str] | None = None,
        before_handshake: Callable[[], None] = lambda: None,
        **options: Any,
    ) -> Any:
        client = _module.EditorClient(roots, **options)
        client.before_handshake = before_handshake
        editors.append(client)
        await client.start(**(environment or {}))
        return client

    yield start
    for client in editors:
        if client.lsp._server is not None and client.lsp._server.returncode is None:
            await client.stop()


@pytest.fixture(params=_module.CLIENTS)
def client_name(request: pytest.FixtureRequest) -> str:
    """Each editor whose capabilities were recorded."""
    return request.param

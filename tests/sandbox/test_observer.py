"""What a model asks to see run, in the real box: values of the project's code, and nothing that must not be sent."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from testtime_server import repair
from testtime_server.settings import load
from testtime_strategies.candidate import Candidate, Gather, Move, Problem
from testtime_strategies.events import Event
from testtime_strategies.strategy import Room

FILES = {
    "shop/__init__.py": "",
    "shop/rates.py": "from functools import cache\n\n\n@cache\ndef rate(country):\n    return {'LU': 17, 'DE': 19}[country]\n",
    "shop/price.py": "def gross(net, country):\n    raise NotImplementedError(country)\n",
    "credentials.py": "TOKEN = 'hunter2'\n",
    "notes.env": "hunter2",
    "tests/test_gross.py": (
        "from shop.price import gross\n\n\ndef test_gross():\n    assert gross(1000, 'LU') == 1170\n\n\n"
        "def test_other():\n    assert gross(2000, 'DE') == 2380\n"
    ),
}
PATCH = (
    "shop/price.py\n<<<<<<< SEARCH\ndef gross(net, country):\n    raise NotImplementedError(country)\n=======\n"
    "from shop.rates import rate\n\n\ndef gross(net, country):\n    return net + net * rate(country) // 100\n"
    ">>>>>>> REPLACE\n"
)


@dataclass(frozen=True)
class OnlyGather:
    """Gathers once, and gives up."""

    def start(self, problem: Problem, seed: int) -> bool:
        return False

    def ask(self, state: bool, room: Room) -> tuple[bool, tuple[Move, ...]]:
        return True, () if state or not room.samples else (Gather(),)

    def tell(self, state: bool, candidate: Candidate) -> bool:
        return state

    def why(self, state: bool) -> str:
        return ""


@pytest.fixture
def gather(make_project: Callable[..., Path], chat_server: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    async def gather(replies: Any, **files: str) -> tuple[Any, Any]:
        monkeypatch.setattr(repair, "make_strategy", lambda *_: OnlyGather())
        server = chat_server(replies)
        root = make_project({**FILES, **files})
        flags = {"base_url": server.url, "model": "gpt-4o-mini", "pytest_args": "--disable-plugin-autoload"}
        workbench = repair.Workbench(root, load(root, flags=flags).settings)
        events: list[Event] = []
        try:
            return (await workbench.repair(listener=events.append)).outcome, server
        finally:
            await workbench.aclose()

    return gather


def told(server: Any) -> str:
    """What the last look showed."""
    return "\n".join(m["content"] for m in server.requests[-1]["messages"] if m["role"] == "tool")


async def test_the_value_of_an_expression_and_a_test_s_failure_are_seen_and_used(gather: Any, scripted: Any) -> None:
    calls = [
        ["evaluate", {"expression": "shop.rates.rate('LU')"}],
        ["evaluate", {"expression": "rate('DE') * 2", "file": "shop/rates.py"}],
        ["evaluate", {"expression": "1 / 0"}],
        ["run_test", {"test": "test_other"}],
    ]
    outcome, server = await gather([scripted(None, calls=calls), PATCH])
    assert outcome.verified, outcome.reason
    one, two, error, test = (m["content"] for m in server.requests[1]["messages"] if m["role"] == "tool")
    assert (one, two) == ("17", "38")
    assert "ZeroDivisionError" in error
    assert "NotImplementedError: DE" in test
    assert outcome.fix.looks[0] == "evaluate shop.rates.rate('LU')"
    assert outcome.fix.spend.sandbox_cpu_seconds > 0


async def test_what_runs_cannot_show_a_secret_reach_out_or_write(gather: Any, scripted: Any, tmp_path: Path) -> None:
    calls = [
        ["evaluate", {"expression": "open('credentials.py').read() + open('.env').read()"}],
        ["evaluate", {"expression": "credentials.TOKEN"}],
        ["evaluate", {"expression": "open('shop/rates.py', 'w').write('')"}],
        ["evaluate", {"expression": f"open({str(tmp_path / 'project' / 'credentials.py')!r}).read()"}],
        ["evaluate", {"expression": "__import__('socket').create_connection(('127.0.0.1', 80))"}],
        ["evaluate", {"expression": "shop.rates.rate('LU')"}],
    ]
    _, server = await gather([scripted(None, calls=calls), "no"], **{".env": "TOKEN=hunter2"})
    assert "hunter2" not in told(server)
    assert told(server).endswith("\n17"), "and the next look finds the tree as it was"
    assert "VAT" not in (tmp_path / "project/shop/rates.py").read_text()
    assert (tmp_path / "project/shop/rates.py").read_text() == FILES["shop/rates.py"]

"""What a model may look at before it answers: both protocols, what is refused, and where it ends."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testtime_sandbox.snapshot import Snapshot
from testtime_sandbox.verdict import Baseline, Isolation, Observation, TestOutcome, TestResult
from testtime_strategies.budget import Budget, Ceilings, Spend
from testtime_strategies.candidate import Candidate, Gather, Problem, Rejection, SuspiciousLine
from testtime_strategies.gather import MARK, MOST_LOOKS, MOST_SEEN, MOST_TURNS, Looks, calls_in, has_asked
from testtime_strategies.generate import Generator
from testtime_strategies.model import OpenAIModel
from testtime_strategies.strategy import Reply, ToolCall
from testtime_strategies.syntax import Tried

FILES = {
    "shop/price.py": "from shop import rates\n\n\ndef total(net):\n    return net\n",
    "shop/rates.py": "VAT = 0.17  # Luxembourg\n",
    "shop/__init__.py": "",
    ".env": "TOKEN=hunter2\n",
    "private.py": "KEY = 'confidential'\n",
    "tests/test_price.py": "from shop.price import total\n\n\ndef test_total():\n    assert total(100) == 117\n",
    "logo.png": "\0",
}
TARGET = "tests/test_price.py::test_total"
RIGHT = "shop/price.py\n<<<<<<< SEARCH\n    return net\n=======\n    return net * (1 + rates.VAT)\n>>>>>>> REPLACE\n"
CEILINGS = Ceilings(samples=100, rounds=9, tokens=10_000_000, usd=100.0, seconds=600)


@pytest.fixture
def problem(tmp_path: Path) -> Problem:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(text.encode() if text != "\0" else b"\xff\xfe\x00")
    (tmp_path / "ignored.py").write_text("PASSWORD = 'git-ignored'\n")
    result = TestResult(TARGET, TestOutcome.FAILED, 0.0, "assert 100 == 117")
    return Problem(
        Snapshot(Path("/project"), tmp_path, dict.fromkeys(FILES, ""), ""),
        Baseline({TARGET: result}, Isolation("bubblewrap", ""), 0.0),
        (TARGET,),
        (SuspiciousLine("shop/price.py", 5, 1.0),),
        excluded=frozenset({"private.py"}),
    )


@dataclass
class FakeObserver:
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    async def observe(self, test: str, texts: Mapping[str, str]) -> Observation:
        self.asked.append((test, texts))
        output = f"noise\n{MARK}0.17\n"
        return Observation(TestResult(test, TestOutcome.FAILED, 0.0, "looked", output=output), cpu_seconds=0.5)


@pytest.fixture
async def gather(problem: Problem, chat_server: Callable[..., Any]) -> Any:
    models: list[OpenAIModel] = []

    async def gather(replies: Any, *, ceilings: Ceilings = CEILINGS) -> tuple[Candidate, Any, Generator]:
        server = chat_server(replies)
        models.append(OpenAIModel("gpt-4o-mini", server.url, "key", retries=0))
        observer = FakeObserver()
        generator = Generator(problem, models[-1:], Budget(ceilings), Tried(), observer=observer)
        candidate = await generator.generate(Candidate("g1", Gather(), Spend()))
        return candidate, server, generator

    yield gather
    for model in models:
        await model.aclose()


def answer(request: dict[str, Any]) -> str:
    """The right patch, from a model that can only write it when it has seen the rate."""
    return RIGHT if "VAT = 0.17" in json.dumps(request["messages"]) else "I do not know the rate."


async def test_function_calls_find_the_fact(gather: Any, scripted: Any) -> None:
    calls = [["search", {"text": "VAT"}], ["read_file", {"path": "shop/rates.py"}]]
    candidate, server, generator = await gather([scripted(None, calls=calls), answer])
    assert candidate.patch is not None
    assert candidate.looks == ("search VAT", "read_file shop/rates.py")
    assert candidate.spend.tokens == 240, "both replies are paid"
    assert generator.sampler.budget.samples == 2
    assert generator.sent["shop/rates.py"] > 0
    first, second = server.requests
    assert {tool["function"]["name"] for tool in first["tools"]} >= {"read_file", "evaluate"}
    roles = [message["role"] for message in second["messages"]]
    assert roles == ["system", "user", "user", "assistant", "tool", "tool", "user"]
    assert second["messages"][:3] == first["messages"][:3]
    assert second["messages"][4]["tool_call_id"] == second["messages"][3]["tool_calls"][0]["id"]


@pytest.mark.parametrize(
    "said",
    [
        "LOOK search VAT\nLOOK read_file shop/rates.py 1-1\n",
        "I need the rate.\n`LOOK read_file shop/rates.py`\n",
        '<tool_call>\n{"name": "read_file", "arguments": {"path": "./shop/rates.py"}}\n</tool_call>',
        'LOOK: read_file {"path": "shop/rates.py", "first_line": 1}\n',
    ],
)
async def test_plain_words_find_the_fact_where_tools_are_refused(gather: Any, scripted: Any, said: str) -> None:
    candidate, server, generator = await gather([scripted(refuse="tools"), said, answer])
    assert candidate.patch is not None
    assert "tools" in server.requests[0]
    assert all("tools" not in request for request in server.requests[1:])
    assert "LOOK read_file" in server.requests[1]["messages"][-1]["content"]
    assert generator.sampler.budget.samples == 2, "the refusal was no reply"


async def test_a_model_that_ignores_tools_is_told_in_words(gather: Any) -> None:
    candidate, server, _ = await gather(["Let me look at the rates.", "LOOK read_file shop/rates.py\n", answer])
    assert candidate.patch is not None
    assert "LOOK read_file" in server.requests[1]["messages"][-1]["content"]


async def test_results_that_a_model_makes_up_are_cut_off(gather: Any, scripted: Any) -> None:
    made_up = "LOOK read_file shop/rates.py\nshop/rates.py, lines 1-1:\nVAT = 0.25\n"
    candidate, server, _ = await gather([scripted(refuse="tools"), scripted(made_up, endless=True), answer])
    assert candidate.patch is not None
    assert "0.25" not in json.dumps(server.requests[-1]["messages"])
    assert server.hung_up.wait(20)


async def test_a_model_that_only_looks_is_stopped(gather: Any, scripted: Any) -> None:
    again = scripted(None, calls=[["search", {"text": f"x{n}"}] for n in range(3)])
    candidate, server, generator = await gather([again] * 50)
    assert candidate.rejection is Rejection.UNPARSABLE
    assert "stopped" in candidate.detail
    assert len(server.requests) <= MOST_TURNS
    assert len(candidate.looks) <= MOST_LOOKS
    assert candidate.spend.tokens == 120 * len(server.requests) == generator.sampler.budget.spend.tokens


async def test_looking_passes_no_ceiling(gather: Any, scripted: Any) -> None:
    again = scripted(None, calls=[["search", {"text": "VAT"}]])
    candidate, server, generator = await gather([again, answer, answer], ceilings=replace(CEILINGS, samples=2))
    assert len(server.requests) == 2
    assert "now" in server.requests[1]["messages"][-1]["content"], "the last reply must answer"
    assert candidate.patch is not None
    assert generator.sampler.budget.samples == 2


REFUSED = [
    ("read_file", {"path": ".env"}), ("read_file", {"path": "private.py"}), ("read_file", {"path": "ignored.py"}),
    ("read_file", {"path": "../../etc/passwd"}), ("read_file", {"path": "/etc/passwd"}), ("read_file", {"path": "logo.png"}),
    ("search", {"text": "hunter2"}), ("search", {"text": "confidential"}), ("search", {"text": "PASSWORD"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), REFUSED, ids=[str(arguments) for _, arguments in REFUSED])
async def test_what_must_not_be_sent_is_not_shown(problem: Problem, name: str, arguments: dict[str, str]) -> None:
    looks = Looks(problem, None)
    seen = await looks.take(ToolCall("1", name, json.dumps(arguments)))
    assert not seen.sent
    assert not any(secret in seen.text for secret in ("TOKEN", "KEY =", "git-ignored", "root:"))


async def test_what_runs_is_run_with_the_secrets_emptied(problem: Problem) -> None:
    observer = FakeObserver()
    looks = Looks(problem, observer)
    value = await looks.take(ToolCall("1", "evaluate", '{"expression": "rates.VAT"}'))
    assert value.text == "0.17"
    assert value.cpu_seconds == 0.5
    await looks.take(ToolCall("2", "run_test", '{"test": "test_total"}'))
    [(probe, texts), (test, others)] = observer.asked
    assert probe.startswith("tests/")
    assert texts[".env"] == texts["private.py"] == others[".env"] == ""
    assert test == TARGET
    assert len(others) == 2


async def test_a_look_is_answered_once_and_trimmed(problem: Problem) -> None:
    (problem.snapshot.tree / "shop/rates.py").write_text("x = 1\n" * 9000)
    looks = Looks(problem, None)
    call = ToolCall("1", "read_file", '{"path": "shop/rates.py"}')
    first, again = await looks.take(call), await looks.take(call)
    assert len(first.text) < MOST_SEEN + 200
    assert "already" in again.text
    assert looks.left == MOST_LOOKS - 2


async def test_nothing_that_runs_is_offered_without_a_box(problem: Problem) -> None:
    looks = Looks(problem, None)
    assert "evaluate" not in {tool.name for tool in looks.tools}
    assert "evaluate" not in looks.plain_offer
    seen = await looks.take(ToolCall("1", "evaluate", '{"expression": "1 + 1"}'))
    assert "no tool" in seen.text


CALLS = st.builds(
    ToolCall,
    st.just("1"),
    st.sampled_from(["read_file", "search", "list_tests", "run_test", "evaluate", "rm"]),
    st.one_of(st.text(), st.recursive(st.none() | st.integers() | st.text(), lambda s: st.lists(s) | st.dictionaries(
        st.sampled_from(["path", "text", "test", "expression", "first_line", "file"]), s)).map(json.dumps)),
)  # fmt: skip


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    tree = tmp_path_factory.mktemp("still")
    (tree / "a.py").write_text("x = 1\n")
    baseline = Baseline({}, Isolation("bubblewrap", ""), 0.0)
    return Problem(Snapshot(Path("/p"), tree, {"a.py": ""}, ""), baseline, ("test_a.py::test",))


@given(CALLS)
async def test_any_call_has_an_answer(still: Problem, call: ToolCall) -> None:
    seen = await Looks(still, FakeObserver()).take(call)
    assert seen.text
    assert len(seen.text) < MOST_SEEN + 300


@given(st.lists(st.sampled_from(["LOOK ", "read_file", " a.py", "\n", "<tool_call>", "{}", "</tool_call>", "`", "x"])))
def test_any_reply_is_read(parts: list[str]) -> None:
    text = "".join(parts)
    calls_in(Reply(text, Spend(), "m"))
    has_asked(text)

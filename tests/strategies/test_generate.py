"""From a move to a patch, against a scripted endpoint: what is asked, when a stream is cut, what it costs."""

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.snapshot import Snapshot
from testtime_sandbox.verdict import Baseline, Isolation, Judgement, Stage, TestOutcome, TestResult, Verdict
from testtime_strategies.best_of_n import BestOfN
from testtime_strategies.budget import Budget, Ceilings, Spend
from testtime_strategies.candidate import (
    Candidate,
    Critique,
    Draft,
    Mutate,
    Problem,
    Rejection,
    Repair,
    SuspiciousLine,
)
from testtime_strategies.enough import CHATTER
from testtime_strategies.events import Event
from testtime_strategies.generate import Generator
from testtime_strategies.model import OpenAIModel
from testtime_strategies.solve import solve
from testtime_strategies.syntax import Tried

CALC = "def add(a, b):\n    return a - b\n\n\ndef half(x):\n    return add(x, 0) / 2\n"
TESTS = "from calc import add, half\n\n\ndef test_add():\n    assert add(2, 3) == 5\n\n\ndef test_half():\n    assert half(4) == 2\n"
BLOCK = "calc.py\n<<<<<<< SEARCH\n    return a - b\n=======\n    return {}\n>>>>>>> REPLACE\n"
RIGHT = BLOCK.format("a + b")
ISOLATION = Isolation("bubblewrap", "")
NO_CEILING = Ceilings(samples=100, rounds=9, tokens=10_000_000, usd=100.0, seconds=600)


@pytest.fixture
def problem(tmp_path: Path) -> Problem:
    files = {"calc.py": CALC, "test_calc.py": TESTS, ".env": "TOKEN=hunter2\n"}
    for path, text in files.items():
        (tmp_path / path).write_text(text)
    results = {
        "test_calc.py::test_add": TestResult("test_calc.py::test_add", TestOutcome.FAILED, 0.0, "assert -1 == 5"),
        "test_calc.py::test_half": TestResult("test_calc.py::test_half", TestOutcome.PASSED, 0.0),
    }
    observed = {("calc.py", "add"): {"a": frozenset({"int"}), "return": frozenset({"int"})}}
    return Problem(
        Snapshot(Path("/project"), tmp_path, dict.fromkeys(files, ""), ""),
        Baseline(results, ISOLATION, 0.0, observed=observed),
        ("test_calc.py::test_add",),
        (SuspiciousLine("calc.py", 2, 1.0),),
    )


@dataclass
class FakeVerifier:
    """Passes what adds; counts what it was asked, candidates and confirmations apart."""

    judged: list[str] = field(default_factory=list)

    async def verify(self, patch: Patch, *, confirm: bool = False) -> Verdict:
        text = patch.edits[0].after or ""
        if not confirm:
            self.judged.append(text)
        if "a + b" in text:
            return Verdict(Judgement.PASSED, Stage.CONFIRMATION if confirm else Stage.REGRESSION, ISOLATION)
        return failed(f"assert {len(self.judged)} == 5")


def failed(message: str) -> Verdict:
    result = TestResult("test_calc.py::test_add", TestOutcome.FAILED, 0.0, message)
    return Verdict(Judgement.FAILED, Stage.TARGET, ISOLATION, {result.id: result})


@dataclass
class Bench:
    """A generator in front of a scripted server."""

    generator: Generator
    server: Any
    budget: Budget
    tried: Tried

    async def make(self, move: Any, number: int = 1) -> Candidate:
        return await self.generator.generate(Candidate(f"d{number}", move, Spend()))


@pytest.fixture
async def bench(problem: Problem, chat_server: Callable[..., Any]) -> Any:
    models: list[OpenAIModel] = []

    def start(replies: Any, *, ceilings: Ceilings = NO_CEILING, names: tuple[str, ...] = ("gpt-4o-mini",)) -> Bench:
        server = chat_server(replies)
        cascade = [OpenAIModel(name, server.url, "key", retries=0) for name in names]
        models.extend(cascade)
        budget, tried = Budget(ceilings), Tried()
        return Bench(Generator(problem, cascade, budget, tried), server, budget, tried)

    yield start
    for model in models:
        await model.aclose()


@pytest.fixture
def search(problem: Problem, chat_server: Callable[..., Any]) -> Callable[..., Any]:
    async def search(
        replies: Any, strategy: Any = None, *, ceilings: Ceilings = NO_CEILING, workers: int = 4, **options: Any
    ) -> Any:
        server = chat_server(replies, **options)
        model = OpenAIModel("gpt-4o-mini", server.url, "key")
        verifier, events = FakeVerifier(), list[Event]()
        try:
            outcome = await solve(
                problem, strategy or BestOfN(), verifier, [model],
                effort="high", ceilings=ceilings, listener=events.append, workers=workers,
            )  # fmt: skip
        finally:
            await model.aclose()
        return outcome, server, verifier

    return search


# ── prompts ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_every_prompt_begins_with_the_same_bytes_and_ends_differently(bench: Any) -> None:
    b = bench([BLOCK.format(f"a * {n}") for n in range(22)])
    for n in range(20):
        candidate = await b.make(Draft(n), n)
        b.generator.hear(replace(candidate, verdict=failed("assert 0 == 5")))
    await b.make(Repair(candidate), 20)
    await b.make(Critique((candidate,)), 21)
    prompts = [request["messages"] for request in b.server.requests]
    prefixes = {json.dumps(messages[:2]) for messages in prompts}
    assert len(prefixes) == 1, "system and shared context are the same bytes"
    assert "def test_add" in prefixes.pop()
    assert len({messages[-1]["content"] for messages in prompts}) == 22
    assert all(len(json.dumps(messages[2:])) < 8000 for messages in prompts), "what failed before stays short"


async def test_variants_show_different_things(bench: Any) -> None:
    b = bench(["nothing"] * 4)
    for n in range(4):
        await b.make(Draft(n))
    terse, types, around, focus = (request["messages"][-1]["content"] for request in b.server.requests)
    assert "a: int" in types
    assert "def half" in around
    assert "most suspicious function" in focus
    assert len(terse) < min(map(len, (types, around, focus)))


async def test_what_failed_is_told_to_later_drafts_and_not_to_the_first(bench: Any) -> None:
    b = bench([BLOCK.format("a * b"), "nothing", "nothing"])
    first = await b.make(Draft(0))
    b.generator.hear(replace(first, verdict=failed("assert 6 == 5")))
    await b.make(Draft(0), 2)
    mutation = Mutate(Patch((FileEdit("calc.py", CALC, CALC.replace("-", "%")),)), "operator", "calc.py", 2)
    b.generator.hear(Candidate("m1", mutation, Spend(), mutation.patch, failed("assert 2 == 5")))
    await b.make(Draft(0), 3)
    one, two, three = (request["messages"][-1]["content"] for request in b.server.requests)
    assert "already tried" not in one.lower()
    assert "+    return a * b" in two
    assert "assert 6 == 5" in two
    assert "small mutations" in three


async def test_a_secret_file_s_patch_is_never_told(bench: Any, problem: Problem) -> None:
    b = bench(["nothing"] * 3)
    patch = Patch((FileEdit(".env", "TOKEN=hunter2\n", "TOKEN=hunter3\n"),))
    leaked = Candidate("m1", Mutate(patch, "x", ".env", 1), Spend(), patch, failed("assert"))
    b.generator.hear(leaked)
    await b.make(Draft(0))
    await b.make(Repair(leaked))
    await b.make(Critique((leaked,)))
    assert "hunter" not in json.dumps(b.server.requests)
    assert ".env" not in b.generator.sent


async def test_a_critique_is_an_explanation_that_the_next_draft_is_told(bench: Any) -> None:
    b = bench(["They all multiply; the sign is what is wrong.", RIGHT])
    wrong = Candidate("d1", Draft(), Spend(), Patch((FileEdit("calc.py", CALC, CALC.replace("-", "*")),)), failed("no"))
    critique = await b.make(Critique((wrong,)), 2)
    assert critique.rejection is Rejection.NO_PATCH
    assert critique.parent == "d1"
    assert critique.spend.tokens == 120
    assert "a * b" in b.server.requests[0]["messages"][-1]["content"]
    draft = await b.make(Draft(critique=critique), 3)
    assert draft.patch is not None
    assert draft.parent == "d2"
    assert "They all multiply" in b.server.requests[1]["messages"][-1]["content"]


async def test_a_flood_is_trimmed(bench: Any, problem: Problem) -> None:
    b = bench(["nothing"])
    result = TestResult(
        "test_calc.py::test_add", TestOutcome.FAILED, 0, "assert 1 == 5", "start" + "x" * 90_000 + "end"
    )
    verdict = Verdict(Judgement.FAILED, Stage.TARGET, ISOLATION, {result.id: result})
    await b.make(Repair(Candidate("d1", Draft(), Spend(), verdict=verdict, reply="y" * 50_000)))
    turns = b.server.requests[0]["messages"][2:]
    assert all(len(turn["content"]) < 6000 for turn in turns)
    assert "start" in turns[-1]["content"]
    assert "end" in turns[-1]["content"]


# ── streams ──────────────────────────────────────────────────────────────────────────────────────────────────────

FENCED = "The sign.\n\n```python\ndef add(a, b):\n    return a + b\n```\n"
DIFF = "```diff\n--- a/calc.py\n+++ b/calc.py\n@@ -1,2 +1,2 @@\n def add(a, b):\n-    return a - b\n+    return a + b\n```\n"


@pytest.mark.parametrize(
    "reply", [RIGHT, f"```\n{RIGHT}```\n", FENCED, DIFF], ids=["block", "in fence", "code", "diff"]
)
async def test_a_stream_is_closed_at_the_end_of_its_patch(bench: Any, scripted: Any, reply: str) -> None:
    b = bench([scripted(f"{reply}\n", endless=True)])
    candidate = await b.make(Draft())
    assert candidate.patch is not None
    assert "a + b" in candidate.patch.edits[0].after
    assert await asyncio.to_thread(b.server.hung_up.wait, 20)
    assert candidate.spend.estimated_tokens == candidate.spend.tokens == b.budget.spend.tokens > 0
    assert len(candidate.reply) < len(reply) + 300


async def test_more_blocks_are_waited_for(bench: Any) -> None:
    second = (
        "test it.\n\ncalc.py\n<<<<<<< SEARCH\n    return add(x, 0) / 2\n=======\n    return x / 2\n>>>>>>> REPLACE\n"
    )
    b = bench([f"{RIGHT}\nThe second place has the same fault, and must be changed in the same way:\n\n{second}"])
    candidate = await b.make(Draft())
    assert "return x / 2" in candidate.patch.edits[0].after


async def test_thinking_aloud_about_a_patch_is_not_a_patch(bench: Any) -> None:
    b = bench(
        [
            f"<think>\n{BLOCK.format('a')}\nNo, that can't be it. Let me think about it again for a while.\n\n</think>\n{RIGHT}"
        ]
    )
    candidate = await b.make(Draft())
    assert "a + b" in candidate.patch.edits[0].after


async def test_a_duplicate_is_cut_when_it_has_moved_on(bench: Any, scripted: Any) -> None:
    b = bench([BLOCK.format("a*b"), scripted(BLOCK.format("a * b  # the product") + "\n", endless=True)])
    first = await b.make(Draft(0))
    assert b.tried.add(first.patch)
    again = await b.make(Draft(1), 2)
    assert await asyncio.to_thread(b.server.hung_up.wait, 20)
    assert not b.tried.add(again.patch)
    assert len(again.reply) < len(BLOCK) + 60 + CHATTER


async def test_a_duplicate_costs_no_test_run(search: Any) -> None:
    wrong, same = BLOCK.format("a * b"), BLOCK.format("a*b  # multiply")
    outcome, _, verifier = await search([wrong, same, same, wrong, RIGHT], workers=1)
    assert outcome.verified
    right = next(place for place, text in enumerate(verifier.judged) if "a + b" in text)
    assert [text.splitlines()[1].strip() for text in verifier.judged[:right]] == ["return a * b"]
    assert sum(c.rejection is Rejection.DUPLICATE for c in outcome.candidates) >= 2, "two replies are in flight at most"


async def test_a_draft_that_repeats_a_mutation_costs_no_test_run(bench: Any) -> None:
    b = bench([])
    mutated = Patch((FileEdit("calc.py", CALC, CALC.replace("a - b", "a * b")),))
    await b.make(Mutate(mutated, "operator", "calc.py", 2))
    commented = Patch((FileEdit("calc.py", CALC, CALC.replace("a - b", "a*b  # so")),))
    other = Patch((FileEdit("calc.py", CALC, CALC.replace("a - b", "b * a")),))
    assert not b.tried.add(commented)
    assert b.tried.add(other)


# ── what it costs ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_beaten_candidate_s_request_is_cancelled_and_counted(search: Any, scripted: Any) -> None:
    hold = threading.Event()
    beaten = scripted("a beginning that never ends", hold=hold, hold_after=3)
    outcome, server, _ = await search([BLOCK.format("a"), beaten, RIGHT, *[beaten] * 30])
    assert outcome.verified
    assert await asyncio.to_thread(server.hung_up.wait, 20)
    told = sum(candidate.spend.tokens for candidate in outcome.candidates)
    assert outcome.spend.tokens > told, "what the cancelled replies used is in the sum"
    assert outcome.spend.estimated_tokens == outcome.spend.tokens - told
    assert outcome.samples >= len(server.requests)


async def test_replies_in_flight_at_the_ceiling_of_seconds_are_counted(search: Any, scripted: Any) -> None:
    hold = threading.Event()
    ceilings = replace(NO_CEILING, seconds=3.0)
    outcome, _, _ = await search([scripted("never", hold=hold, hold_after=2)], ceilings=ceilings)
    assert not outcome.verified
    assert outcome.spend.tokens > 0


@pytest.mark.parametrize(
    ("ceilings", "usage"),
    [
        (replace(NO_CEILING, samples=5), None),
        (replace(NO_CEILING, tokens=30_000), {"prompt_tokens": 900, "completion_tokens": 700}),
        (replace(NO_CEILING, usd=0.004), {"prompt_tokens": 900, "completion_tokens": 700}),
        (replace(NO_CEILING, tokens=40_000), None),
    ],
    ids=["samples", "tokens", "usd", "usage unknown"],
)
async def test_no_ceiling_is_passed_by_one_token(search: Any, scripted: Any, ceilings: Ceilings, usage: Any) -> None:
    replies = [scripted(BLOCK.format(f"a * {n}"), usage=usage) for n in range(80)]
    outcome, server, _ = await search(replies, ceilings=ceilings)
    assert not outcome.verified
    assert 2 <= len(server.requests) <= ceilings.samples
    assert outcome.spend.tokens <= ceilings.tokens
    assert outcome.spend.usd <= ceilings.usd
    left = ceilings.tokens - outcome.spend.tokens, ceilings.usd - outcome.spend.usd, ceilings.samples - outcome.samples
    assert left[0] < 8_000 or left[1] < 0.004 or left[2] == 0, "and what there is gets used"


async def test_429s_slow_the_fan_out_down_and_lose_nothing(search: Any) -> None:
    replies = [BLOCK.format(f"a * {n}") for n in range(12)]
    outcome, server, verifier = await search(
        replies, ceilings=replace(NO_CEILING, samples=12), most_at_once=1, retry_after="0.02"
    )
    assert len(server.requests) == 12
    assert len(verifier.judged) == 12
    assert all(candidate.rejection is None for candidate in outcome.candidates)


async def test_the_same_beginning_need_not_be_reserved_by_its_bytes_again(bench: Any, scripted: Any) -> None:
    b = bench(["nothing", "nothing"])
    await b.make(Draft(0))
    reserved: list[int] = []
    original = b.budget.reserve
    b.budget.reserve = lambda tokens, *more: reserved.append(tokens) or original(tokens, *more)
    await b.make(Draft(0), 2)
    size = sum(len(message["content"]) for message in b.server.requests[1]["messages"])
    assert reserved[0] < 4096 + size / 2


async def test_an_unknown_price_is_said_once(bench: Any) -> None:
    b = bench(["nothing"] * 3, names=("home-made",))
    for n in range(3):
        await b.make(Draft(n))
    assert b.budget.spend.usd is None
    [note] = b.generator.notes
    assert "home-made" in note
    assert "USD" in note


# ── trouble ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_one_bad_reply_is_no_reason_to_give_a_model_up(bench: Any, scripted: Any) -> None:
    b = bench([scripted("half of", drop_after=2), RIGHT])
    broken = await b.make(Draft(0))
    assert broken.rejection is Rejection.MODEL
    assert broken.spend.tokens > 0
    assert b.generator.usable
    assert (await b.make(Draft(1), 2)).patch is not None


async def test_bad_replies_in_a_row_end_it_with_one_sentence(bench: Any, scripted: Any) -> None:
    b = bench([scripted(body="<html>", content_type="text/html")] * 9)
    for n in range(3):
        assert b.generator.usable
        await b.make(Draft(n))
    assert not b.generator.usable
    assert "testtime.baseUrl" in b.generator.trouble
    assert len(b.server.requests) == 3


async def test_a_model_that_fails_leaves_the_others(bench: Any, scripted: Any) -> None:
    b = bench([scripted(status=404), RIGHT], names=("gone", "gpt-4o-mini"))
    assert (await b.make(Draft(0))).rejection is Rejection.MODEL
    assert [model.name for model in b.generator.models] == ["gpt-4o-mini"]
    assert (await b.make(Draft(0), 2)).patch is not None
    assert [request["model"] for request in b.server.requests] == ["gone", "gpt-4o-mini"]
    assert "gone" in b.generator.notes[0]


async def test_a_reply_that_was_too_short_may_be_longer_the_next_time(bench: Any, scripted: Any) -> None:
    b = bench([scripted("I think", finish="length"), "nothing"])
    candidate = await b.make(Draft(0))
    assert "cut off" in candidate.detail
    await b.make(Draft(1), 2)
    first, second = (request["max_tokens"] for request in b.server.requests)
    assert second == 2 * first


async def test_reasoning_effort_is_asked_for_with_room_to_think(bench: Any) -> None:
    b = bench(["nothing"] * 2)
    await b.make(Draft(0, reasoning="high"))
    await b.make(Draft(1), 2)
    high, plain = b.server.requests
    assert high["reasoning_effort"] == "high"
    assert high["max_tokens"] > plain["max_tokens"]
    assert "reasoning_effort" not in plain

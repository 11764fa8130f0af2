"""What a small model is asked: code that it goes on from, and patches made of what comes back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testtime_sandbox.snapshot import Snapshot
from testtime_sandbox.verdict import Baseline, Isolation, TestOutcome, TestResult
from testtime_strategies.budget import Budget, Ceilings, Spend
from testtime_strategies.candidate import Candidate, Draft, Problem, Rejection, Repair, SuspiciousLine
from testtime_strategies.completion import LOOKS, MOST_LOOKS, REST_EVERY, Place, branches, completion_prompt, looks
from testtime_strategies.context import Context
from testtime_strategies.generate import Generator
from testtime_strategies.model import OpenAIModel
from testtime_strategies.reply import ReplyError, parse_reply
from testtime_strategies.strategy import Alternative
from testtime_strategies.syntax import Tried

CODE = """class Cart:
    def total(self):
        return sum(self.prices)

    def price(
        self, name, count=1,
    ):
        if count > 1:
            return self.prices[name]
        return self.prices[name] * count


class Bill:
    def total(self):
        return 0
"""
TEST = "test_cart.py::test_price"
ISOLATION = Isolation("bubblewrap", "")
RATHER = Ceilings(samples=50, rounds=3, tokens=1_000_000, usd=1.0, seconds=60)


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    tree = tmp_path_factory.mktemp("tree")
    files = {"shop/cart.py": CODE, "secrets.py": CODE, "test_cart.py": ""}
    for path, text in files.items():
        (tree / path).parent.mkdir(exist_ok=True)
        (tree / path).write_text(text)
    results = {TEST: TestResult(TEST, TestOutcome.FAILED, 0.0, "assert 3 == 6 where 3 = price('pen', 2)")}
    suspicious = [
        ("secrets.py", 9),
        ("shop/cart.py", 9),
        ("shop/cart.py", 8),
        ("shop/cart.py", 3),
        ("shop/cart.py", 15),
    ]
    return Problem(
        Snapshot(Path("/project"), tree, dict.fromkeys(files, ""), ""),
        Baseline(results, ISOLATION, 0.0),
        (TEST,),
        tuple(SuspiciousLine(path, line, 1.0) for path, line in suspicious),
    )


def changed(problem: Problem, variant: int, text: str) -> str:
    prompt = completion_prompt(Context(problem), variant)
    assert prompt is not None
    [edit] = parse_reply(prompt.complete(text), problem).edits
    assert edit.path == "shop/cart.py"
    return edit.after or ""


@pytest.mark.parametrize("echo", [False, True], ids=["goes on", "sends back what was begun"])
def test_a_line_that_was_begun_is_ended_and_put_into_its_function(problem: Problem, echo: bool) -> None:
    prompt = completion_prompt(Context(problem), 0)
    assert prompt is not None
    begun = prompt.messages[-1]
    assert (begun.role, begun.content.split("\n")[-1]) == ("assistant", "        return")
    assert prompt.stop[0] == "\n"
    assert "price('pen', 2)" in prompt.messages[-2].content
    said = (begun.content if echo else "") + " self.prices[name] * count"
    assert changed(problem, 0, said) == CODE.replace("return self.prices[name]\n", "return self.prices[name] * count\n")


def test_a_function_in_a_fence_is_taken_from_a_server_that_begins_anew(problem: Problem) -> None:
    said = "Here:\n```python\ndef price(self, name, count=1):\n    return self.prices[name] * count\n```\nDone."
    assert "        return self.prices[name] * count\n\n\nclass Bill" in changed(problem, 0, said)


def test_the_rest_of_a_function_ends_where_the_function_ends(problem: Problem) -> None:
    prompt = completion_prompt(Context(problem), REST_EVERY - 1)
    assert prompt is not None
    assert "if count > 1" in prompt.messages[-2].content
    assert 0 < prompt.limit < 100
    after = changed(problem, REST_EVERY - 1, "\n        return 7\n    return 8\n\ncart = Cart()\ncart.price(")
    assert "            return 7\n        return 8\n\n\nclass Bill" in after
    assert "cart = " not in after


def test_variants_begin_at_different_places_and_end_nowhere_secret(problem: Problem) -> None:
    prompts = [completion_prompt(Context(problem), variant) for variant in range(16)]
    begun = {prompt.messages[-1].content for prompt in prompts if prompt is not None}
    assert len(begun) > 8
    assert not any(text[-1].isspace() for text in begun)
    assert {path for prompt in prompts if prompt is not None for path in prompt.sent} == {"shop/cart.py"}
    assert any("sum" in text for text in begun)


def test_a_line_may_stand_for_the_lines_that_it_went_on_over(problem: Problem, tmp_path: Path) -> None:
    code = "def area(a, b):\n    return max(\n        a, b,\n    )\n"
    (tmp_path / "area.py").write_text(code)
    own = Problem(
        Snapshot(Path("/project"), tmp_path, {"area.py": ""}, ""),
        problem.baseline,
        problem.targets,
        (SuspiciousLine("area.py", 2, 1.0),),
    )
    prompt = completion_prompt(Context(own), 0)
    assert prompt is not None
    [edit] = parse_reply(prompt.complete(" a * b"), own).edits
    assert edit.after == "def area(a, b):\n    return a * b\n"


def test_without_a_suspicious_function_it_is_asked_as_any_model(problem: Problem) -> None:
    none = Problem(problem.snapshot, problem.baseline, problem.targets, (SuspiciousLine("shop/cart.py", 1, 1.0),))
    assert completion_prompt(Context(none), 0) is None


@settings(max_examples=200, deadline=None)
@given(variant=st.integers(0, 40), text=st.text(st.sampled_from("ab =():\n`.[]#'\"\\ \tdefretun"), max_size=80))
def test_whatever_comes_back_is_a_patch_of_that_function_or_an_error(problem: Problem, variant: int, text: str) -> None:
    prompt = completion_prompt(Context(problem), variant)
    assert prompt is not None
    try:
        patch = parse_reply(prompt.complete(text), problem)
    except ReplyError:
        return
    assert patch.paths == ("shop/cart.py",)


async def test_requests_are_short_seeded_and_counted_and_a_correction_begins_from_the_change(
    problem: Problem, chat_server: Callable[..., Any]
) -> None:
    server = chat_server([" self.prices[name] + count", " 2"])
    model = OpenAIModel("tiny", server.url, is_ours=True, dialect="completion")
    generator = Generator(problem, [model], Budget(RATHER), Tried())
    draft = await generator.generate(Candidate("d1", Draft(0), Spend()))
    assert draft.patch is not None
    repair = await generator.generate(Candidate("r2", Repair(draft), Spend()))
    await model.aclose()
    first, second = server.requests
    assert first["max_tokens"] <= 64
    assert first["stop"][0] == "\n"
    assert first["seed"] == 0
    assert first["messages"][-1]["role"] == "assistant"
    assert "self.prices[name] + count" not in second["messages"][-1]["content"].split("\n")[-1]
    assert repair.rejection is None
    assert generator.sent["shop/cart.py"] > 0
    assert Rejection.UNPARSABLE not in {draft.rejection, repair.rejection}


def test_branches_begin_with_what_does_not_stand_there_the_likeliest_first(problem: Problem) -> None:
    here = looks(Context(problem))
    assert 4 < len(here) <= MOST_LOOKS
    assert {prompt.limit for _, prompt in here} == {1}
    place = next(place for place, _ in here if place.head.endswith("        return"))
    told = [(" self", -0.1), (" count", -1.0), (" 0", -3.0), ("\n", -0.2), (" sel", -0.3), ("```", -0.4)]
    begun = branches([(place, [Alternative(*one) for one in told])])
    assert [branch.begun.strip() for branch in begun] == ["return count", "return 0"]
    counted = branches([(place, [Alternative(" ", 0.0)])])
    assert [branch.begun.strip() for branch in counted] == ["return 1", "return 0", "return 2"]
    nearer = Place(place.path, place.name, place.original, place.lines, place.line, place.begun + " self")
    assert [branch.begun.strip() for branch in branches([(nearer, []), (place, [Alternative(" x", 0.0)])])] == [
        "return x"
    ]
    nearly = [(nearer, [Alternative("[", -1.0)]), (place, [Alternative(" x", -1.0)])]
    assert [branch.begun.strip() for branch in branches(nearly)] == ["return self[", "return x"]


async def test_a_model_is_asked_once_where_it_would_go_on_otherwise_and_then_goes_on_from_there(
    problem: Problem, chat_server: Callable[..., Any], scripted: Any
) -> None:
    def answer(request: dict[str, Any]) -> Any:
        begun = request["messages"][-1]["content"].split("\n")[-1]
        if "top_logprobs" not in request:
            return scripted("(self.prices) * count" if begun.endswith("return min") else ".prices")
        told = {"        return": [[" self", -0.1], [" min", -0.7]], "    if count": [[" <", -2.0]]}
        return scripted("x", alternatives=told.get(begun, [["\n", -0.1]]))

    server = chat_server([answer] * 60)
    model = OpenAIModel("tiny", server.url, is_ours=True, dialect="completion")
    generator = Generator(problem, [model], Budget(RATHER), Tried())
    first = await generator.generate(Candidate("d1", Draft(0, branch=True), Spend()))
    second = await generator.generate(Candidate("d2", Draft(1, branch=True), Spend()))
    beyond = await generator.generate(Candidate("d3", Draft(2, 0.7, branch=True), Spend()))
    await model.aclose()
    asked = [request for request in server.requests if "top_logprobs" in request]
    answered = [request for request in server.requests if "top_logprobs" not in request]
    assert len(asked) == len(looks(Context(problem)))
    assert {request["max_tokens"] for request in asked} == {1}
    assert [request["temperature"] for request in answered] == [0.0, 0.0, 0.7]
    assert first.patch is not None
    assert "        return min(self.prices) * count\n" in (first.patch.edits[0].after or "")
    assert answered[1]["messages"][-1]["content"].endswith("\n    if count <")
    assert generator.sampler.budget.samples == 3, "what only looks is no reply"
    each = beyond.spend.output_tokens
    assert (first.spend.output_tokens, second.spend.output_tokens) == (
        each * (LOOKS + 1),
        each * (len(asked) - LOOKS + 1),
    )
    assert generator.sampler.budget.spend.tokens == sum(one.spend.tokens for one in (first, second, beyond))


async def test_without_probabilities_it_draws_at_random(
    problem: Problem, chat_server: Callable[..., Any], scripted: Any
) -> None:
    server = chat_server([scripted(" 3", refuse="top_logprobs")] * 200)
    model = OpenAIModel("tiny", server.url, is_ours=True, dialect="completion")
    generator = Generator(problem, [model], Budget(RATHER), Tried())
    draft = await generator.generate(Candidate("d1", Draft(0, 0.7, branch=True), Spend()))
    await model.aclose()
    assert draft.patch is not None
    assert server.requests[-1]["temperature"] == 0.7


async def test_an_endpoint_that_fails_while_it_is_looked_at_is_one_failed_draft(
    problem: Problem, chat_server: Callable[..., Any], scripted: Any
) -> None:
    server = chat_server([scripted(status=401)] * 60)
    model = OpenAIModel("tiny", server.url, is_ours=True, dialect="completion")
    generator = Generator(problem, [model], Budget(RATHER), Tried())
    draft = await generator.generate(Candidate("d1", Draft(0, branch=True), Spend()))
    await model.aclose()
    assert draft.rejection is Rejection.MODEL
    assert "testtime.apiKey" in draft.detail
    assert generator.sampler.budget.samples == 0

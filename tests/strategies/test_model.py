"""The real openai client against a scripted HTTP server."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from testtime_strategies import prices
from testtime_strategies.endpoint import choose_model
from testtime_strategies.limiter import Limiter
from testtime_strategies.model import IN_FLIGHT, OpenAIModel
from testtime_strategies.model_errors import (
    Aborted,
    BadKey,
    BadReply,
    BrokenOff,
    EndpointUnreachable,
    ModelError,
    OutOfQuota,
    RateLimited,
    ToolsRefused,
    UnknownModel,
)
from testtime_strategies.strategy import Message, SampleRequest, Tool

REQUEST = SampleRequest((Message("user", "hello"),), max_tokens=50, temperature=0.5)


@pytest.fixture
def ask(chat_server: Callable[..., Any]) -> Callable[..., Any]:
    async def ask(replies: list[Any], *, retries: int = 0, request: SampleRequest = REQUEST) -> tuple[Any, Any]:
        server = chat_server(replies)
        model = OpenAIModel("gpt-4o-mini", server.url, "key", retries=retries)
        try:
            return await model.sample(request), server
        finally:
            await model.aclose()

    return ask


async def test_a_reply_and_its_cost(ask: Any, scripted: Any) -> None:
    usage = {
        "prompt_tokens": 1000,
        "completion_tokens": 200,
        "total_tokens": 1200,
        "prompt_tokens_details": {"cached_tokens": 400},
        "completion_tokens_details": {"reasoning_tokens": 150},
    }
    reply, server = await ask([scripted("hi", usage=usage)])
    assert reply.text == "hi"
    assert (reply.spend.input_tokens, reply.spend.cached_tokens) == (1000, 400)
    assert (reply.spend.output_tokens, reply.spend.reasoning_tokens) == (200, 150)
    assert reply.spend.usd == pytest.approx(600 * 0.15e-6 + 400 * 0.075e-6 + 200 * 0.6e-6)
    assert server.requests[0]["max_tokens"] == 50
    assert server.keys == ["Bearer key"]


@pytest.mark.parametrize("stream", [True, False])
async def test_what_the_first_token_could_have_been_is_told_likeliest_first(
    ask: Any, scripted: Any, stream: bool
) -> None:
    told = [[" a", -2.0], [" b", -0.5], [None, -0.1], [" c", "no number"]]
    reply, server = await ask(
        [scripted(" b = 1", alternatives=told, stream=stream)], request=replace(REQUEST, alternatives=5)
    )
    assert reply.alternatives == ((" b", -0.5), (" a", -2.0))
    assert (server.requests[0]["logprobs"], server.requests[0]["top_logprobs"]) == (True, 5)


async def test_an_endpoint_that_tells_no_probabilities_is_asked_without(ask: Any, scripted: Any) -> None:
    reply, server = await ask(
        [scripted(refuse="top_logprobs"), "hi"], request=replace(REQUEST, alternatives=5, temperature=0.5)
    )
    assert (reply.text, reply.alternatives) == ("hi", ())
    assert "top_logprobs" not in server.requests[1]
    assert server.requests[1]["temperature"] == 0.5


async def test_usage_that_is_not_told_is_the_worst_case_never_zero(ask: Any, scripted: Any) -> None:
    reply, _ = await ask([scripted("hi", usage=None)])
    assert reply.spend.input_tokens == REQUEST.input_bound
    assert reply.spend.output_tokens == 50
    assert reply.spend.usd > 0


async def test_429_and_5xx_are_retried_as_the_server_says(ask: Any, scripted: Any) -> None:
    replies = [scripted(status=429, headers={"Retry-After": "0.01"}), scripted(status=503), "hi"]
    reply, server = await ask(replies, retries=3)
    assert reply.text == "hi"
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        ({"status": 401}, BadKey, "OPENAI_API_KEY"),
        ({"status": 403}, BadKey, "OPENAI_API_KEY"),
        ({"status": 404}, UnknownModel, "testtime.model"),
        ({"status": 429}, RateLimited, "too many requests"),
        ({"status": 500}, BadReply, "500"),
        ({"body": '{"choices": ['}, BadReply, "no chat completion"),
        ({"body": '{"choices": []}'}, BadReply, "choice"),
        ({"body": "<html>hello</html>"}, ModelError, ""),
    ],
    ids=["401", "403", "404", "429", "500", "truncated", "no choice", "html"],
)
async def test_failures_are_one_sentence(
    ask: Any, scripted: Any, answer: dict[str, Any], error: Any, says: str
) -> None:
    with pytest.raises(error) as caught:
        await ask([scripted(**answer)])
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_reply_that_was_billed_but_cannot_be_read_costs(ask: Any, scripted: Any) -> None:
    with pytest.raises(BadReply) as caught:
        await ask(
            [
                scripted(body='{"choices": ['),
            ]
        )
    assert caught.value.spend is not None
    assert caught.value.spend.tokens > 0


async def test_nothing_listens() -> None:
    model = OpenAIModel("m", "http://127.0.0.1:9/v1", retries=0)
    with pytest.raises(EndpointUnreachable, match=r"testtime\.baseUrl"):
        await model.sample(REQUEST)
    await model.aclose()


@pytest.mark.parametrize("parameter", ["temperature", "max_tokens", "stream_options", "stream", "reasoning_effort"])
async def test_a_refused_parameter_is_left_out_and_remembered(chat_server: Any, scripted: Any, parameter: str) -> None:
    server = chat_server([scripted("a", refuse=parameter), "b", "c"])
    model = OpenAIModel("m", server.url, retries=0)
    request = replace(REQUEST, reasoning="high")
    assert (await model.sample(request)).text == "b"
    assert (await model.sample(request)).text == "c"
    assert [parameter in request for request in server.requests] == [True, False, False]
    assert all("max_tokens" in r or "max_completion_tokens" in r for r in server.requests)
    await model.aclose()


async def test_a_refusal_that_names_nothing_gets_the_bare_request(chat_server: Any, scripted: Any) -> None:
    server = chat_server([scripted(status=400, body='{"error": {"message": "Bad request"}}'), "b"])
    model = OpenAIModel("m", server.url, retries=0)
    assert (await model.sample(replace(REQUEST, reasoning="low"))).text == "b"
    assert set(server.requests[1]) == {"model", "messages", "max_tokens"}
    await model.aclose()


async def test_a_template_that_wants_turns_gets_them(chat_server: Any, scripted: Any) -> None:
    complaint = '{"error": {"message": "Conversation roles must alternate user/assistant/user/assistant/..."}}'
    server = chat_server([scripted(status=400, body=complaint), "b"])
    model = OpenAIModel("m", server.url, retries=0)
    messages = (Message("system", "s"), Message("user", "a"), Message("user", "b"))
    assert (await model.sample(replace(REQUEST, messages=messages))).text == "b"
    assert server.requests[1]["messages"] == [{"role": "user", "content": "s\n\na\n\nb"}]
    await model.aclose()


async def test_cancelling_hangs_up(chat_server: Any, scripted: Any) -> None:
    release = threading.Event()
    server = chat_server([scripted("late", hold=release)])
    model = OpenAIModel("m", server.url, retries=0)
    task = asyncio.create_task(model.sample(REQUEST))
    await asyncio.to_thread(server.arrived.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(server.hung_up.wait, 10)
    await model.aclose()


# ── streams ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_stream_is_told_as_it_comes_and_its_usage_counts(ask: Any, scripted: Any) -> None:
    reply, server = await ask([scripted("one two three", reasoning="well, well")])
    assert server.requests[0]["stream"] is True
    assert server.requests[0]["stream_options"] == {"include_usage": True}
    assert reply.text == "one two three"
    assert (reply.spend.tokens, reply.spend.estimated_tokens) == (120, 0)


async def test_a_stream_that_has_said_enough_is_cut_and_counted(chat_server: Any, scripted: Any) -> None:
    server = chat_server([scripted("all that matters. ", endless=True)])
    model = OpenAIModel("gpt-4o-mini", server.url, retries=0)
    request = replace(REQUEST, max_tokens=1000)
    reply = await model.sample(request, lambda text, thought: "matters" in text)
    assert await asyncio.to_thread(server.hung_up.wait, 20), "the server sees that nobody listens any more"
    assert reply.cut
    assert reply.text.startswith("all that matters")
    assert reply.spend.input_tokens == request.input_bound
    assert len(reply.text) <= reply.spend.output_tokens < 1000
    assert reply.spend.estimated_tokens == reply.spend.tokens
    assert reply.spend.usd == pytest.approx(reply.spend.input_tokens * 0.15e-6 + reply.spend.output_tokens * 0.6e-6)
    await model.aclose()


async def test_usage_told_along_the_way_is_used_for_a_cut_stream(chat_server: Any, scripted: Any) -> None:
    server = chat_server([scripted("enough", endless=True, usage_in_each_chunk=True)])
    model = OpenAIModel("gpt-4o-mini", server.url, retries=0)
    reply = await model.sample(replace(REQUEST, max_tokens=1000), lambda text, _: "enough" in text)
    assert reply.spend.input_tokens == 100
    assert reply.spend.output_tokens == 20 + IN_FLIGHT
    await model.aclose()


async def test_what_thinks_in_secret_is_heard_out(chat_server: Any, scripted: Any) -> None:
    server = chat_server([scripted("patch and more")])
    model = OpenAIModel("gpt-5-mini", server.url, retries=0)
    reply = await model.sample(REQUEST, lambda text, _: "patch" in text)
    assert not reply.cut
    assert (reply.spend.tokens, reply.spend.estimated_tokens) == (120, 0)
    await model.aclose()


async def test_a_cancelled_stream_counts_what_it_used(chat_server: Any, scripted: Any) -> None:
    server = chat_server([scripted("a beginning", endless=True)])
    model = OpenAIModel("gpt-4o-mini", server.url, retries=0)
    begun = asyncio.Event()

    def watch(text: str, _: str) -> bool:
        if len(text) > 100:
            begun.set()
        return False

    task = asyncio.create_task(model.sample(replace(REQUEST, max_tokens=5000), watch))
    await asyncio.wait_for(begun.wait(), 20)
    task.cancel()
    with pytest.raises(Aborted) as caught:
        await task
    assert caught.value.spend is not None
    assert caught.value.spend.output_tokens > 100
    assert caught.value.spend.estimated_tokens == caught.value.spend.tokens
    assert await asyncio.to_thread(server.hung_up.wait, 20)
    await model.aclose()


async def test_a_stream_that_breaks_is_one_sentence_and_counts(ask: Any, scripted: Any) -> None:
    with pytest.raises(BrokenOff) as caught:
        await ask([scripted("some of what was to come", drop_after=3)])
    assert caught.value.spend is not None
    assert 0 < caught.value.spend.output_tokens <= 50
    assert "\n" not in str(caught.value)


async def test_an_endpoint_that_does_not_stream_answers_whole(ask: Any, scripted: Any) -> None:
    reply, _ = await ask([scripted("whole", stream=False, choices=3)])
    assert reply.text == "whole"
    assert reply.spend.tokens == 120


async def test_a_web_page_instead_of_an_answer(ask: Any, scripted: Any) -> None:
    page = scripted(body="<!doctype html><html>", content_type="text/html")
    with pytest.raises(BadReply, match=r"web page.*testtime\.baseUrl"):
        await ask([page])


async def test_tool_calls_are_gathered_from_their_pieces(ask: Any, scripted: Any) -> None:
    tool = Tool("read_file", "Read a file.", {"type": "object", "properties": {"path": {"type": "string"}}})
    request = replace(REQUEST, tools=(tool,))
    reply, server = await ask([scripted(None, calls=[["read_file", {"path": "a.py"}], ["x", "{"]])], request=request)
    assert [(call.name, call.arguments) for call in reply.calls] == [("read_file", '{"path": "a.py"}'), ("x", "{")]
    assert server.requests[0]["tools"][0]["function"]["name"] == "read_file"
    assert request.input_bound > REQUEST.input_bound


async def test_tools_that_are_refused_are_an_error_of_their_own(ask: Any, scripted: Any) -> None:
    request = replace(REQUEST, tools=(Tool("t", "", {}),))
    with pytest.raises(ToolsRefused):
        await ask([scripted(refuse="tools")], request=request)


# ── 429 ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_429_slows_a_fan_out_down_and_loses_nothing(chat_server: Any, wait_for: Any) -> None:
    def slow(request: dict[str, Any]) -> str:
        wait_for(lambda: server.refused > 0)
        return f"reply {server.requests.index(request)}"

    server = chat_server([slow, slow, *(f"reply {n}" for n in range(2, 24))], most_at_once=2)
    first, second = (OpenAIModel(name, server.url, retries=4) for name in ("cheap", "dear"))
    replies = await asyncio.gather(
        *(model.sample(replace(REQUEST, seed=n)) for n in range(12) for model in (first, second))
    )
    assert sorted(reply.text for reply in replies) == sorted(f"reply {n}" for n in range(24))
    assert 0 < server.refused < 24 * 3, "after the first refusals fewer are asked for at once"
    await first.aclose()
    await second.aclose()


async def test_a_quota_that_is_used_up_is_not_waited_for(ask: Any, scripted: Any) -> None:
    body = '{"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}'
    with pytest.raises(OutOfQuota, match=r"testtime\.apiKey"):
        await ask([scripted(status=429, body=body)], retries=4)


async def test_a_wait_beyond_reason_is_given_up(ask: Any, scripted: Any) -> None:
    with pytest.raises(RateLimited, match="3600 s"):
        await ask([scripted(status=429, headers={"Retry-After": "3600"})], retries=4)


async def test_the_limit_is_halved_once_a_round_and_grows_by_one() -> None:
    now = 100.0
    limiter = Limiter(limit=8.0, clock=lambda: now)
    limiter.slow_down(began=99.0, seconds=0.0)
    limiter.slow_down(began=99.0, seconds=0.0)
    assert limiter.limit == 4.0, "requests of the same round say nothing new"
    now = 101.0
    limiter.slow_down(began=100.5, seconds=0.0)
    assert limiter.limit == 2.0
    for _ in range(2):
        limiter.answered()
    assert 2.8 < limiter.limit <= 3.0
    for _ in range(20):
        limiter.slow_down(began=now, seconds=0.0)
    assert limiter.limit == 1.0


def test_prices() -> None:
    usage = {"input_tokens": 1_000_000, "output_tokens": 0}
    assert prices.price("gpt-4o-mini", None, **usage) == pytest.approx(0.15)
    assert prices.price("gpt-4o-mini", "http://127.0.0.1:4000/v1", **usage) == pytest.approx(0.15), (
        "a proxy is paid for"
    )
    assert prices.price("llama3", "http://127.0.0.1:11434/v1", **usage) == 0.0
    assert prices.price("home-made", "http://127.0.0.1:9999/v1", **usage) is None
    assert prices.price("home-made", "https://llm.example.com/v1", **usage) is None


async def choose(found: dict[str, list[str]], *arguments: Any, **environ: str) -> Any:
    async def lister(url: str, key: str | None, seconds: float) -> list[str]:
        assert key is None or url not in found or "127.0.0.1" not in url
        if url not in found:
            raise ConnectionRefusedError
        if not found[url]:
            raise ValueError("a web page")
        return found[url]

    return await choose_model(*arguments, environ=environ, list_models=lister)


async def test_which_model_auto_is() -> None:
    ollama = {"http://127.0.0.1:11434/v1": ["qwen"], "http://127.0.0.1:8000/v1": []}
    assert await choose({}) is None
    assert await choose({"http://127.0.0.1:8000/v1": []}) is None, "any web server may sit on that port"
    local = await choose(ollama)
    assert (local.name, local.base_url, local.api_key) == ("qwen", "http://127.0.0.1:11434/v1", None)
    paid = await choose(ollama, OPENAI_API_KEY="k")
    assert (paid.base_url, paid.api_key) == (None, "k")
    configured = await choose({"http://gpu/v1": ["big", "small"]}, "auto", "http://gpu/v1", OPENAI_API_KEY="k")
    assert (configured.name, configured.base_url) == ("big", "http://gpu/v1")
    named = await choose({}, "small", "http://gpu/v1")
    assert named.name == "small"
    assert await choose(ollama, "none") is None
    with pytest.raises(EndpointUnreachable, match=r"testtime\.baseUrl"):
        await choose({}, "auto", "http://gpu/v1")
    with pytest.raises(UnknownModel, match=r"testtime\.baseUrl"):
        await choose({}, "mystery")
    assert "'k'" not in repr(paid)

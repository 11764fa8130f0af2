"""The real openai client against a scripted HTTP server."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from testtime_strategies import prices
from testtime_strategies.endpoint import choose_model
from testtime_strategies.model import (
    BadKey,
    BadReply,
    EndpointUnreachable,
    ModelError,
    OpenAIModel,
    RateLimited,
    UnknownModel,
)
from testtime_strategies.strategy import Message, SampleRequest

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


@pytest.mark.parametrize("parameter", ["temperature", "max_tokens"])
async def test_a_refused_parameter_is_left_out_and_remembered(chat_server: Any, scripted: Any, parameter: str) -> None:
    server = chat_server([scripted("a", refuse=parameter), "b", "c"])
    model = OpenAIModel("m", server.url, retries=0)
    assert (await model.sample(REQUEST)).text == "b"
    assert (await model.sample(REQUEST)).text == "c"
    assert [parameter in request for request in server.requests] == [True, False, False]
    assert all("max_tokens" in r or "max_completion_tokens" in r for r in server.requests)
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
    assert "k" not in repr(paid)

"""The `Model` seam on the openai client: any OpenAI-compatible endpoint. Raises `model_errors.ModelError`."""

from __future__ import annotations

import asyncio
import random
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from .budget import Spend
from .limiter import Limiter
from .manners import Manners
from .model_errors import (
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
from .prices import price
from .strategy import Dialect, Reply, SampleRequest, Watch
from .stream import Fold

if TYPE_CHECKING:
    from openai import AsyncOpenAI

RETRIES = 4
"""Retries on 5xx and broken connections, waiting longer each time."""
FIRST_RETRIES = 2
"""As long as the endpoint has never answered: it may well not be there."""
RATE_RETRIES = 3
"""On 429 so many times as often: the fan-out slows down, and each request has its turn."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
"""Seconds between two attempts; an endpoint that says to wait longer than the longest is given up."""
REPLY_SECONDS, CONNECT_SECONDS = 180.0, 10.0
IN_FLIGHT = 64
"""Tokens that may have been made and not yet seen when a stream is cut."""
HIDDEN_THINKERS = re.compile(r"(^|/)(o[1345]|gpt-5)([-.:]|$)")
"""Models that think without showing it: what a cut reply of theirs has used can't be told, so they are heard out."""

_limiters: WeakValueDictionary[str, Limiter] = WeakValueDictionary()


class OpenAIModel:
    """A model behind an OpenAI-compatible endpoint. `base_url` None is OpenAI's own."""

    def __init__(
        self,
        name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float = REPLY_SECONDS,
        retries: int = RETRIES,
        is_ours: bool = False,
        dialect: Dialect = "blocks",
    ) -> None:
        self.name = name
        self.dialect: Dialect = dialect
        self._base_url = base_url
        self._api_key = api_key
        self._timeout = timeout
        self._retries = retries
        self._is_ours = is_ours
        self._client: AsyncOpenAI | None = None
        self._manners = Manners("max_completion_tokens" if base_url is None else "max_tokens")
        self._was_reached = False
        self._hidden_thinker = HIDDEN_THINKERS.search(name) is not None
        self._limiter = _limiters.setdefault(base_url or "", Limiter())

    async def sample(self, request: SampleRequest, watch: Watch | None = None) -> Reply:
        """One reply, streamed to `watch`; its usage is recorded before its text is looked at."""
        try:
            return await self._try(request, watch)
        except Aborted:
            raise
        except asyncio.CancelledError:
            raise Aborted(None) from None  # while it waited for its turn

    async def _try(self, request: SampleRequest, watch: Watch | None) -> Reply:
        """Ask until there is an answer, or no patience left."""
        import openai

        failures = 0
        while True:
            pause = 0.0
            async with self._limiter.slot() as began:
                try:
                    reply = await self._ask(request, watch)
                except openai.RateLimitError as error:
                    failures += 1
                    wait = self._patience(error, failures)
                    self._limiter.slow_down(began, wait)
                except (openai.InternalServerError, openai.APIConnectionError) as error:
                    failures += 1
                    retries = self._retries if self._was_reached else min(self._retries, FIRST_RETRIES)
                    if isinstance(error, openai.APITimeoutError) or failures > retries:
                        raise self._explained(error, request) from error
                    pause = _longer(failures)
                except (openai.OpenAIError, ValueError) as error:
                    raise self._explained(error, request) from error
                else:
                    self._was_reached = True
                    self._limiter.answered()
                    return reply
            await asyncio.sleep(pause)

    def price_bound(self, request: SampleRequest) -> float | None:
        """The most that `request` can cost in USD, None when the price is not known."""
        return self._price(request.input_bound, request.max_tokens)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    @property
    def _where(self) -> str:
        return f"The model endpoint {self._base_url or 'api.openai.com'}"

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _ask(self, request: SampleRequest, watch: Watch | None) -> Reply:
        """One request from question to answer; raises what the client raises until something has come."""
        started = time.monotonic()
        fold = Fold()
        try:
            answer = await self._create(request)
            kind = str(answer.headers.get("content-type", ""))
            if "event-stream" in kind:
                cut = await self._listen(answer.parse(), fold, watch, request, started)
            else:
                fold, cut = await self._read(answer, kind, request), False
        except asyncio.CancelledError:
            raise Aborted(self._so_far(request, fold, time.monotonic() - started)) from None
        seconds = time.monotonic() - started
        spend = self._so_far(request, fold, seconds) if cut else self._spend(request, fold, seconds)
        if not fold.chosen:
            raise BadReply(f"{self._where} answers without a choice.", spend)
        return Reply(
            text=fold.text,
            spend=spend,
            model=fold.model or self.name,
            truncated=fold.finish == "length",
            calls=() if cut else fold.calls,
            cut=cut,
            alternatives=fold.alternatives,
        )

    async def _read(self, answer: Any, kind: str, request: SampleRequest) -> Fold:
        """An answer in one piece: a server that does not stream, or something else altogether."""
        body: bytes = await answer.http_response.aread()
        if "html" in kind or body.lstrip()[:1] == b"<":
            raise BadReply(f"{self._where} answers with a web page: check testtime.baseUrl (--base-url).")
        try:
            return Fold.of_json(body)
        except ValueError as error:
            said = "" if "char" in str(error) else f": {_first_line(str(error))}"
            raise BadReply(
                f"{self._where} answers with something that is no chat completion{said}", self._worst_case(request)
            ) from error

    async def _listen(
        self, stream: Any, fold: Fold, watch: Watch | None, request: SampleRequest, started: float
    ) -> bool:
        """Take a stream's pieces until it ends or `watch` has enough of it; True for the latter."""
        enough = False
        try:
            async for piece in stream:
                thought = fold.take(piece)
                if watch is not None and not enough:
                    enough = watch(fold.text, thought)
                    if enough and not self._hidden_thinker and not fold.calls:
                        return True
        except asyncio.CancelledError:
            raise
        except Exception as error:
            if not _is_transport(error) or not (fold.chosen or fold.size):
                raise  # nothing has come: it can be asked again
            if enough or (watch is not None and watch(fold.text + "\n\n", "")):
                return True
            said = _first_line(str(error)).rstrip(".")
            raise BrokenOff(
                f"{self._where} broke off in the middle of a reply: {said}.",
                self._so_far(request, fold, time.monotonic() - started),
            ) from error
        finally:
            await stream.close()
        return False

    async def _create(self, request: SampleRequest) -> Any:
        """The raw answer, asked for without what this endpoint has refused before."""
        import openai

        if self._client is None:
            self._client = openai.AsyncOpenAI(
                base_url=self._base_url or "https://api.openai.com/v1",
                api_key=self._api_key or "none",
                timeout=openai.Timeout(self._timeout, connect=min(CONNECT_SECONDS, self._timeout)),
                max_retries=0,
            )
        create: Any = self._client.chat.completions.with_raw_response.create
        while True:
            options = self._manners.options(request)
            try:
                return await create(model=self.name, messages=self._manners.messages(request), **options)
            except (openai.BadRequestError, openai.UnprocessableEntityError, openai.NotFoundError) as error:
                complaint = _complaint(error)
                if request.tools and re.search(r"\btools?\b|tool_choice|function.call", complaint):
                    raise ToolsRefused(f"{self._where} takes no function calls for {self.name!r}.") from error
                if isinstance(error, openai.NotFoundError) or not self._manners.give_way(complaint, options):
                    raise

    # ── failing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _patience(self, error: Any, failures: int) -> float:
        """Seconds to wait after a 429. Raises when waiting helps no more."""
        if re.search(r"insufficient_quota|billing", _complaint(error)):
            raise OutOfQuota(
                f"{self._where} says that the quota is used up: top it up, or set another testtime.apiKey or "
                "testtime.model."
            ) from error
        told = _retry_after(error)
        wait = _longer(failures) if told is None else told
        if failures > self._retries * RATE_RETRIES or wait > LONGEST_WAIT:
            raise RateLimited(
                f"{self._where} still says 'too many requests' after {failures - 1} retries"
                f"{f' and to wait {wait:.0f} s' if wait > LONGEST_WAIT else ''}: wait, or set another testtime.model."
            ) from error
        return wait

    def _explained(self, error: Exception, request: SampleRequest) -> ModelError:
        """A client's error as one of ours."""
        import openai

        where = self._where
        match error:
            case openai.AuthenticationError():
                return BadKey(f"{where} refuses the API key: set testtime.apiKey or OPENAI_API_KEY.")
            case openai.PermissionDeniedError():
                return BadKey(f"{where} does not permit this: check testtime.apiKey or OPENAI_API_KEY.")
            case openai.NotFoundError():
                return UnknownModel(
                    f"{where} has no model {self.name!r}: set testtime.model (--model) or testtime.baseUrl."
                )
            case openai.BadRequestError() if re.search(r"model.{0,80}(not exist|not found|unknown)", _complaint(error)):
                return UnknownModel(
                    f"{where} has no model {self.name!r}: set testtime.model (--model) or testtime.baseUrl."
                )
            case openai.APITimeoutError():
                return EndpointUnreachable(
                    f"{where} did not answer within {self._timeout:g} s: check testtime.baseUrl (--base-url), or set a "
                    "faster testtime.model.",
                    self._worst_case(request),
                )
            case openai.APIConnectionError():
                return EndpointUnreachable(
                    f"{where} cannot be reached: check testtime.baseUrl (--base-url, TESTTIME_BASE_URL)."
                )
            case openai.APIStatusError():
                text = _first_line(str(error))
                said = "with a web page" if "<" in text[:40] else text
                check = "check testtime.baseUrl and testtime.model."
                return BadReply(f"{where} answers {error.status_code}: {said.rstrip('.')}; {check}")
            case _:
                return BadReply(
                    f"{where} answers with something that is no chat completion: check testtime.baseUrl (--base-url).",
                    self._worst_case(request),
                )

    # ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _spend(self, request: SampleRequest, fold: Fold, seconds: float) -> Spend:
        """What a whole reply cost; where the server does not say, the most that it can have been."""
        usage = fold.usage
        if usage is None:
            return replace(self._so_far(request, fold, seconds), model_seconds=seconds)
        if usage.reasoning and not fold.thought:
            self._hidden_thinker = True
        return Spend(
            input_tokens=usage.inputs,
            cached_tokens=usage.cached,
            output_tokens=usage.outputs,
            reasoning_tokens=usage.reasoning,
            usd=self._price(usage.inputs, usage.outputs, usage.cached),
            model_seconds=seconds,
        )

    def _so_far(self, request: SampleRequest, fold: Fold, seconds: float) -> Spend:
        """The most that a reply has used whose end never came: by the server's word as far as it goes."""
        usage = fold.usage
        inputs = usage.inputs if usage else request.input_bound
        seen = request.max_tokens if self._hidden_thinker else min(request.max_tokens, fold.size + IN_FLIGHT)
        outputs = min(request.max_tokens, usage.outputs + IN_FLIGHT) if usage else seen
        cached = usage.cached if usage else 0
        return Spend(
            input_tokens=inputs,
            cached_tokens=cached,
            output_tokens=outputs,
            usd=self._price(inputs, outputs, cached),
            estimated_tokens=outputs if usage else inputs + outputs,
            model_seconds=seconds,
        )

    def _worst_case(self, request: SampleRequest) -> Spend:
        tokens = request.input_bound + request.max_tokens
        usd = self.price_bound(request)
        return Spend(request.input_bound, 0, request.max_tokens, usd=usd, estimated_tokens=tokens)

    def _price(self, inputs: int, outputs: int, cached: int = 0) -> float | None:
        if self._is_ours:
            return 0.0
        return price(self.name, self._base_url, input_tokens=inputs, output_tokens=outputs, cached_tokens=cached)


class UnavailableModel:
    """A model that cannot be had: asked, it says why."""

    def __init__(self, name: str, error: ModelError) -> None:
        self.name = name
        self.dialect: Dialect = "blocks"
        self.error = error

    async def sample(self, request: SampleRequest, watch: Watch | None = None) -> Reply:
        """Raises what stood in its way."""
        raise self.error

    def price_bound(self, request: SampleRequest) -> float | None:
        """Nothing: it is never asked."""
        return 0.0

    async def aclose(self) -> None:
        """Nothing to close."""


def _complaint(error: Any) -> str:
    """All that the endpoint said."""
    return f"{error} {getattr(error, 'code', '')} {getattr(error, 'param', '')} {getattr(error, 'body', '')}"


def _retry_after(error: Any) -> float | None:
    """Seconds that the endpoint says to wait, as a number or as a date; None when it does not say."""
    from email.utils import parsedate_to_datetime

    headers: Any = getattr(getattr(error, "response", None), "headers", {})
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        told = headers.get(name)
        if told is None:
            continue
        try:
            return max(0.0, float(told) * unit)
        except ValueError:
            pass
        try:
            return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
        except ValueError:
            continue
    return None


def _longer(failures: int) -> float:
    """Seconds before the next attempt: twice as long each time, less a random part, so that not all ask at once."""
    wait: float = FIRST_WAIT * 2 ** (failures - 1)
    return min(20.0, wait) * random.uniform(0.75, 1.0)


def _is_transport(error: Exception) -> bool:
    """Whether a stream broke, by the connection or by the server's own word, rather than this program."""
    import openai

    foreign = type(error).__module__.startswith("http")  # older clients let their transport's own errors through
    return foreign or isinstance(error, openai.OpenAIError | ValueError | OSError)


def _first_line(text: str) -> str:
    return text.splitlines()[0][:300] if text.strip() else "no explanation"

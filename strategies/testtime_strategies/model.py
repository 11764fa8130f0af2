"""The `Model` seam on the openai client: any OpenAI-compatible endpoint.

    ModelError
    ├── EndpointUnreachable   nothing answers there, or not in time
    ├── BadKey                401 or 403
    ├── UnknownModel          404
    ├── RateLimited           429 until the retries were used up
    └── BadReply              an answer that is no chat completion

Every message is one sentence for the user that names the setting to change.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from .budget import Spend
from .prices import price
from .strategy import Reply, SampleRequest

if TYPE_CHECKING:
    from openai import AsyncOpenAI

RETRIES = 4
"""Retries on 429, 5xx and broken connections, by the client itself, which waits as long as Retry-After says."""
REPLY_SECONDS = 180.0


class ModelError(Exception):
    """The endpoint failed after all retries. `spend` is what that may have cost, None when nothing was billed."""

    def __init__(self, message: str, spend: Spend | None = None) -> None:
        super().__init__(message)
        self.spend = spend


class EndpointUnreachable(ModelError):
    """Nothing answers there, or not in time."""


class BadKey(ModelError):
    """The endpoint refuses the API key."""


class UnknownModel(ModelError):
    """The endpoint does not serve this model."""


class RateLimited(ModelError):
    """The endpoint still said 429 after all retries."""


class BadReply(ModelError):
    """What came back is no chat completion."""


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
    ) -> None:
        self.name = name
        self._base_url = base_url
        self._api_key = api_key
        self._timeout = timeout
        self._retries = retries
        self._is_ours = is_ours
        self._client: AsyncOpenAI | None = None
        self._limit_name = "max_completion_tokens" if base_url is None else "max_tokens"
        self._unsupported: set[str] = set()

    async def sample(self, request: SampleRequest) -> Reply:
        """One reply; its usage is recorded before its text is looked at."""
        import openai

        started = time.monotonic()
        try:
            completion = await self._create(request)
        except openai.AuthenticationError as error:
            raise BadKey(f"{self._where} refuses the API key: set testtime.apiKey or OPENAI_API_KEY.") from error
        except openai.PermissionDeniedError as error:
            raise BadKey(f"{self._where} does not permit this: check testtime.apiKey or OPENAI_API_KEY.") from error
        except openai.NotFoundError as error:
            raise UnknownModel(
                f"{self._where} has no model {self.name!r}: set testtime.model (--model) or testtime.baseUrl."
            ) from error
        except openai.RateLimitError as error:
            raise RateLimited(f"{self._where} still says 'too many requests' after {self._retries} retries.") from error
        except openai.APITimeoutError as error:
            raise EndpointUnreachable(
                f"{self._where} did not answer within {self._timeout:g} s.", self._worst_case(request)
            ) from error
        except openai.APIConnectionError as error:
            raise EndpointUnreachable(
                f"{self._where} cannot be reached: check testtime.baseUrl (--base-url, TESTTIME_BASE_URL)."
            ) from error
        except openai.APIStatusError as error:
            raise BadReply(f"{self._where} answers {error.status_code}: {_first_line(str(error))}") from error
        except (openai.OpenAIError, ValueError) as error:
            raise BadReply(
                f"{self._where} answers with something that is no chat completion.", self._worst_case(request)
            ) from error
        spend = self._spend(request, completion, time.monotonic() - started)
        return self._reply(completion, spend)

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

    async def _create(self, request: SampleRequest) -> Any:
        """Ask, leaving out what this endpoint has refused before."""
        import openai

        if self._client is None:
            self._client = openai.AsyncOpenAI(
                base_url=self._base_url or "https://api.openai.com/v1",
                api_key=self._api_key or "none",
                timeout=self._timeout,
                max_retries=self._retries,
            )
        create: Any = self._client.chat.completions.create
        while True:
            options: dict[str, Any] = {self._limit_name: request.max_tokens}
            if request.temperature is not None:
                options["temperature"] = request.temperature
            if request.seed is not None:
                options["seed"] = request.seed
            for name in self._unsupported:
                options.pop(name, None)
            messages: Any = [{"role": message.role, "content": message.content} for message in request.messages]
            try:
                return await create(model=self.name, messages=messages, **options)
            except openai.BadRequestError as error:
                if not self._give_way(str(error), options):
                    raise

    def _give_way(self, complaint: str, options: dict[str, Any]) -> bool:
        """Remember a parameter that the endpoint refuses; False when it complains of something else."""
        if "max_completion_tokens" in complaint and self._limit_name == "max_tokens":
            self._limit_name = "max_completion_tokens"
            return True
        for name in options:
            if re.search(rf"\b{name}\b", complaint):
                if name == "max_completion_tokens":
                    self._limit_name = "max_tokens"
                elif name == "max_tokens":
                    self._limit_name = "max_completion_tokens"
                else:
                    self._unsupported.add(name)
                return True
        return False

    def _spend(self, request: SampleRequest, completion: Any, seconds: float) -> Spend:
        """What the reply cost; where the server does not say, the most that it can have been."""
        usage = getattr(completion, "usage", None)
        if usage is None or not isinstance(getattr(usage, "prompt_tokens", None), int):
            return self._worst_case(request, seconds)
        inputs, outputs = int(usage.prompt_tokens), int(getattr(usage, "completion_tokens", 0) or 0)
        cached = _detail(usage, "prompt_tokens_details", "cached_tokens")
        return Spend(
            input_tokens=inputs,
            cached_tokens=cached,
            output_tokens=outputs,
            reasoning_tokens=_detail(usage, "completion_tokens_details", "reasoning_tokens"),
            usd=self._price(inputs, outputs, cached),
            model_seconds=seconds,
        )

    def _worst_case(self, request: SampleRequest, seconds: float = 0.0) -> Spend:
        return Spend(
            input_tokens=request.input_bound,
            output_tokens=request.max_tokens,
            usd=self.price_bound(request),
            model_seconds=seconds,
        )

    def _price(self, inputs: int, outputs: int, cached: int = 0) -> float | None:
        if self._is_ours:
            return 0.0
        return price(self.name, self._base_url, input_tokens=inputs, output_tokens=outputs, cached_tokens=cached)

    def _reply(self, completion: Any, spend: Spend) -> Reply:
        choices: Any = getattr(completion, "choices", None)
        if not choices or getattr(choices[0], "message", None) is None:
            raise BadReply(f"{self._where} answers without a choice.", spend)
        text: Any = choices[0].message.content
        return Reply(
            text=text if isinstance(text, str) else "",
            spend=spend,
            model=str(getattr(completion, "model", None) or self.name),
            truncated=getattr(choices[0], "finish_reason", None) == "length",
        )


def _detail(usage: Any, group: str, name: str) -> int:
    value: Any = getattr(getattr(usage, group, None), name, 0)
    return value if isinstance(value, int) else 0


def _first_line(text: str) -> str:
    return text.splitlines()[0][:300] if text else "no explanation"

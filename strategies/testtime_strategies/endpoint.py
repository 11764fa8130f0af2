"""Which model is used: `model = "auto"` and what it finds (DESIGN §4)."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

from .model import OpenAIModel
from .model_errors import BadKey, EndpointUnreachable, ModelError, UnknownModel
from .prices import LOCAL_PORTS, price
from .strategy import Dialect

OPENAI_URL = "https://api.openai.com/v1"
DEFAULT_OPENAI_MODEL = "gpt-5-mini"
LOOPBACK_SECONDS = 0.3
LIST_SECONDS = 10.0


@dataclass(frozen=True)
class ChosenModel:
    """A model and where it was found."""

    name: str
    base_url: str | None
    source: str
    api_key: str | None = field(default=None, repr=False)
    is_ours: bool = False
    """Served by testtime itself on this machine: it costs CPU seconds and no USD."""
    dialect: Dialect = "blocks"

    def open(self) -> OpenAIModel:
        """The model, ready to be asked; nothing is connected yet."""
        return OpenAIModel(self.name, self.base_url, self.api_key, is_ours=self.is_ours, dialect=self.dialect)

    def describe(self) -> str:
        """`gpt-5-mini at api.openai.com (from OPENAI_API_KEY; $0.25 per million input tokens)`."""
        if self.is_ours:
            return f"{self.name} ({self.source}; $0.00)"
        million = price(self.name, self.base_url, input_tokens=1_000_000, output_tokens=0)
        cost = (
            "price unknown, so no ceiling in USD can be kept"
            if million is None
            else f"${million:g} per million input tokens"
        )
        return f"{self.name} at {self.base_url or 'api.openai.com'} (from {self.source}; {cost})"


Lister = Callable[[str, str | None, float], Awaitable[list[str]]]
"""(base URL, key, seconds) → ids of the models served there. Raises OSError or ValueError."""


async def choose_model(
    model: str = "auto",
    base_url: str | None = None,
    api_key: str | None = None,
    *,
    environ: Mapping[str, str],
    list_models: Lister | None = None,
) -> ChosenModel | None:
    """A configured endpoint; else OPENAI_API_KEY; else a local server on its usual port; else None: mutations only.

    Raises `ModelError` for an endpoint that was configured but does not answer.
    """
    if model == "none":
        return None
    lister = list_models or served_models
    key = api_key or environ.get("OPENAI_API_KEY") or None
    url = base_url or environ.get("OPENAI_BASE_URL") or None
    if url:
        source = "testtime.baseUrl" if base_url else "OPENAI_BASE_URL"
        name = model if model != "auto" else await _first_model(url, key, lister)
        return ChosenModel(name, url, source, key)
    if key:
        source = "testtime.apiKey" if api_key else "OPENAI_API_KEY"
        return ChosenModel(DEFAULT_OPENAI_MODEL if model == "auto" else model, None, source, key)
    for port, server, names in await _local_servers(lister):
        if model in ("auto", *names):
            return ChosenModel(model if model != "auto" else names[0], f"http://127.0.0.1:{port}/v1", server)
    if model != "auto":
        raise UnknownModel(
            f"No endpoint is known for the model {model!r}: set testtime.baseUrl (--base-url) or OPENAI_API_KEY."
        )
    return None


def parse_name(name: str, base_url: str | None, api_key: str | None) -> tuple[str, str | None, str | None]:
    """(model, base URL, key) of `name`, or of `name@URL`: another endpoint's key stands in its own address.

    The configured key goes to the configured endpoint and to no other host: `name@https://KEY@host/v1` gives another.
    """
    model, separator, url = name.partition("@http")
    if not separator:
        return name, base_url, api_key
    split = urlsplit(f"http{url}")
    host = split.netloc.rpartition("@")[2]
    key = split.username
    if key is None and host == urlsplit(base_url or OPENAI_URL).netloc.rpartition("@")[2]:
        key = api_key
    return model, urlunsplit(split._replace(netloc=host)), key


async def trouble_of(chosen: ChosenModel, list_models: Lister | None = None) -> str:
    """What is wrong with a model, as far as its endpoint's list of models tells; empty when nothing is."""
    url = chosen.base_url or OPENAI_URL
    try:
        names = await _list(url, chosen.api_key, list_models or served_models)
    except UnknownModel:
        return ""  # it lists none, which says nothing
    except ModelError as error:
        return str(error)
    if not names or chosen.name in names or f"{chosen.name}:latest" in names:
        return ""
    some = ", ".join(names[:5])
    return f"The model endpoint {url} does not list {chosen.name!r}: set testtime.model (--model) to one of {some}."


async def _first_model(url: str, key: str | None, lister: Lister) -> str:
    """The first model that a configured endpoint lists."""
    names = await _list(url, key, lister)
    if not names:
        raise UnknownModel(f"The model endpoint {url} serves no model: name one with testtime.model (--model).")
    return names[0]


async def _list(url: str, key: str | None, lister: Lister) -> list[str]:
    where = f"The model endpoint {url}"
    try:
        return await lister(url, key, LIST_SECONDS)
    except urllib.error.HTTPError as error:
        if error.code in (401, 403):
            raise BadKey(f"{where} refuses the API key: set testtime.apiKey or OPENAI_API_KEY.") from error
        raise UnknownModel(f"{where} lists no models: name one with testtime.model (--model).") from error
    except ValueError as error:
        raise UnknownModel(f"{where} lists no models: name one with testtime.model (--model).") from error
    except OSError as error:
        raise EndpointUnreachable(
            f"{where} cannot be reached: check testtime.baseUrl (--base-url, TESTTIME_BASE_URL)."
        ) from error


async def _local_servers(lister: Lister) -> list[tuple[int, str, list[str]]]:
    """Model servers on this machine, those that answer like one: any web server may sit on these ports."""

    async def probe(port: int) -> list[str]:
        try:
            return await lister(f"http://127.0.0.1:{port}/v1", None, LOOPBACK_SECONDS)
        except (OSError, ValueError):
            return []

    found = await asyncio.gather(*(probe(port) for port in LOCAL_PORTS))
    return [(port, server, names) for (port, server), names in zip(LOCAL_PORTS.items(), found, strict=True) if names]


async def served_models(base_url: str, api_key: str | None, seconds: float) -> list[str]:
    """Ids in the answer to `GET {base_url}/models`. Raises OSError, or ValueError for an answer of another form."""
    return await asyncio.to_thread(_served_models, base_url, api_key, seconds)


def _served_models(base_url: str, api_key: str | None, seconds: float) -> list[str]:
    request = urllib.request.Request(f"{base_url.rstrip('/')}/models", headers={"Accept": "application/json"})
    if api_key:
        request.add_header("Authorization", f"Bearer {api_key}")
    # No proxy: a loopback probe must stay on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=seconds) as answer:
        document: Any = json.loads(answer.read(1 << 20))
    if not isinstance(document, dict):
        raise ValueError("not a list of models")
    entries: Any = cast("dict[str, Any]", document).get("data")
    if not isinstance(entries, list):
        raise ValueError("not a list of models")
    known = [cast("dict[str, Any]", entry) for entry in cast("list[Any]", entries) if isinstance(entry, dict)]
    return [str(entry["id"]) for entry in known if "id" in entry]

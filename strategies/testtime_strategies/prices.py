"""What a reply costs, from the open price data of `genai-prices` (offline). An unknown price is None, never zero."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

LOCAL_PORTS = {11434: "Ollama", 1234: "LM Studio", 8080: "llama.cpp", 8000: "vLLM"}
"""Where local model servers usually listen on the loopback address: what they serve costs CPU seconds, not USD."""
PAID = ("openai", "anthropic", "google", "x-ai", "mistral", "deepseek", "cohere")
"""Providers whose models are paid for even behind a proxy on this machine."""


def is_loopback(base_url: str | None) -> bool:
    """Whether an endpoint is on this machine."""
    host = urlsplit(base_url or "").hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def price(
    model: str, base_url: str | None, *, input_tokens: int, output_tokens: int, cached_tokens: int = 0
) -> float | None:
    """USD for a reply, 0.0 for a local server on its usual port, None when the price is not known."""
    if is_loopback(base_url):
        for provider in PAID:
            usd = _look_up(model, input_tokens, output_tokens, cached_tokens, provider_id=provider)
            if usd is not None:
                return usd
        return 0.0 if urlsplit(base_url or "").port in LOCAL_PORTS else None
    if base_url is None:
        return _look_up(model, input_tokens, output_tokens, cached_tokens, provider_id="openai")
    return _look_up(model, input_tokens, output_tokens, cached_tokens, provider_api_url=base_url)


def _look_up(
    model: str,
    input_tokens: int,
    output_tokens: int,
    cached_tokens: int,
    *,
    provider_id: str | None = None,
    provider_api_url: str | None = None,
) -> float | None:
    from genai_prices import Usage, calc_price  # its overloads want a provider or a URL as a literal choice

    calculate: Any = calc_price

    usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens, cache_read_tokens=cached_tokens)
    try:
        found = calculate(usage, model, provider_id=provider_id, provider_api_url=provider_api_url)
    except (LookupError, ValueError):
        return None
    return float(found.total_price)

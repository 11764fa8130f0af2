"""What an OpenAI-compatible endpoint takes: what it turns down is left out from then on, renamed or joined."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from .strategy import Message, SampleRequest

OPTIONAL = ("temperature", "seed", "stop", "stream_options", "reasoning_effort", "stream", "top_logprobs", "logprobs")
"""Parameters that can be left out, for an endpoint that refuses them."""


class Manners:
    """Learnt from one endpoint's refusals. `limit_name` is what it is first told the longest reply by."""

    def __init__(self, limit_name: str) -> None:
        self._limit_name = limit_name
        self._limit_renamed = False
        self._unsupported: set[str] = set()
        self._plain_roles = False

    def messages(self, request: SampleRequest) -> list[dict[str, Any]]:
        """The request's messages as JSON."""
        return _dumped(request.messages, self._plain_roles)

    def options(self, request: SampleRequest) -> dict[str, Any]:
        """The parameters of a request, without what was refused before."""
        options: dict[str, Any] = {
            self._limit_name: request.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": request.temperature,
            "seed": request.seed,
            "stop": list(request.stop) or None,
            "reasoning_effort": request.reasoning,
            "logprobs": True if request.alternatives else None,
            "top_logprobs": request.alternatives or None,
        }
        if request.tools:
            options["tools"] = [
                {
                    "type": "function",
                    "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
                }
                for tool in request.tools
            ]
        if "stream" in self._unsupported:
            options["stream_options"] = None
        return {name: value for name, value in options.items() if value is not None and name not in self._unsupported}

    def give_way(self, complaint: str, options: dict[str, Any]) -> bool:
        """Remember what the endpoint refuses; False when there is nothing left to leave out."""
        if not self._plain_roles and re.search(r"alternat|system role|role.{0,20}system", complaint, re.IGNORECASE):
            self._plain_roles = True
            return True
        if not self._limit_renamed and re.search(r"\bmax_(completion_)?tokens\b", complaint):
            if "context" not in complaint:
                other = "max_tokens" if self._limit_name != "max_tokens" else "max_completion_tokens"
                self._limit_name, self._limit_renamed = other, True
                return True
            return False
        for name in OPTIONAL:
            if name in options and re.search(rf"\b{name}\b", complaint):
                self._unsupported.add(name)
                return True
        if re.search(r"context|too long|does not exist|not found", complaint):
            return False
        rest = [name for name in OPTIONAL if name in options]
        self._unsupported.update(rest)  # it does not say what it refuses
        return bool(rest)


def _dumped(messages: tuple[Message, ...], plain_roles: bool) -> list[dict[str, Any]]:
    """Messages as JSON; with `plain_roles` for templates that know no system role and want user and assistant to
    alternate.
    """
    if plain_roles:
        messages = _alternating(messages)
    dumped: list[dict[str, Any]] = []
    for message in messages:
        entry: dict[str, Any] = {"role": message.role, "content": message.content}
        if message.calls:
            entry["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in message.calls
            ]
        if message.call_id:
            entry["tool_call_id"] = message.call_id
        dumped.append(entry)
    return dumped


def _alternating(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    joined: list[Message] = []
    for message in messages:
        role = "user" if message.role == "system" else message.role
        if joined and joined[-1].role == role == "user":
            joined[-1] = Message("user", f"{joined[-1].content}\n\n{message.content}")
        else:
            joined.append(replace(message, role=role))
    return tuple(joined)

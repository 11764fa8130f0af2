"""Which models the settings mean, as a cascade, cheap to dear. One that cannot be had is no reason to stop: mutations
need none, and the others may do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from testtime_strategies.endpoint import OPENAI_URL, ChosenModel, choose_model, parse_name
from testtime_strategies.model import UnavailableModel
from testtime_strategies.model_errors import ModelError

from .local import is_embedded
from .settings import Settings


@dataclass(frozen=True)
class Absent:
    """A model that was configured and cannot be had; `error` says why in one sentence that names the setting."""

    name: str
    error: ModelError

    def open(self) -> UnavailableModel:
        """A model that is never asked and tells why."""
        return UnavailableModel(self.name, self.error)


Choice = ChosenModel | Absent


Embedded = Callable[[str], Awaitable[ChosenModel | None]]
"""The embedded model that a name means, or None where there is none."""


async def choose_models(settings: Settings, embedded: Embedded, environ: Mapping[str, str]) -> tuple[Choice, ...]:
    """The models that the settings mean; none for mutations only."""
    chosen: list[Choice] = []
    for name in settings.cascade:
        try:
            model = await _choose(name, settings, embedded, environ)
        except ModelError as error:
            chosen.append(Absent(name, error))
        else:
            chosen += [model] if model is not None else []
    return tuple(chosen)


async def _choose(name: str, settings: Settings, embedded: Embedded, environ: Mapping[str, str]) -> ChosenModel | None:
    if name == "none":
        return None
    if is_embedded(name):
        return await embedded(name)
    url, key = settings.base_url, settings.api_key
    if "@http" in name:
        own = url or environ.get("OPENAI_BASE_URL") or OPENAI_URL
        name, url, key = parse_name(name, own, key or environ.get("OPENAI_API_KEY"))
        environ = {}
    chosen = await choose_model(name, url, key, environ=environ)
    return await embedded(name) if chosen is None and name == "auto" else chosen

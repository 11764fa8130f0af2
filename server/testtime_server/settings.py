"""Settings: one fully defaulted value, parsed once from layers. A bad option is named, then defaulted.

Layers, weakest first: defaults, `[tool.testtime]` in pyproject.toml, the environment (`TESTTIME_*`), the editor's
`testtime.*` settings, command-line flags. What decides where code or money goes (`PROTECTED`) is never taken from
a workspace file unless the workspace is trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Literal, cast, get_args

from testtime_strategies.budget import EFFORTS, Ceilings, EffortName, ReasoningEffort

from .local import is_embedded

Apply = Literal["direct", "ask", "offer"]
RunTests = Literal["onSave", "manual"]
Background = Literal["off", "mutate", "low"]
IsolationChoice = Literal["auto", "process"]
ReasoningChoice = Literal["auto", "minimal", "low", "medium", "high"]
StrategyName = Literal["adaptive", "tree", "refine", "best_of_n"]


@dataclass(frozen=True)
class Settings:
    """Every option with its default. None means: decided by the tool."""

    python: str | None = None
    """Interpreter that runs the tests."""
    pytest_args: tuple[str, ...] = ()
    effort: EffortName = "medium"
    strategy: StrategyName = "adaptive"
    """How model replies are spent, once mutations have had their turn."""
    model: str = "auto"
    """A model's name, "auto", or "none" for mutations only."""
    models: tuple[str, ...] = ()
    """A cascade instead of `model`, cheap to dear; `name@URL` for one at another endpoint than `base_url`."""
    reasoning_effort: ReasoningChoice = "auto"
    """How long models that can think are asked to; "auto" asks for more only where a problem turns out hard."""
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    max_usd: float | None = None
    """Overrides the effort's USD ceiling."""
    max_usd_per_day: float = 5.00
    """What all repairs of a day may cost together, in whatever window or process."""
    timeout: float | None = None
    """Overrides the effort's ceiling of wall seconds."""
    apply: Apply = "direct"
    run_tests: RunTests = "onSave"
    background: Background = "off"
    """What to look for unasked after a red run on save: nothing, mutations, or a fix at low effort."""
    code_lens: bool = True
    """Lenses above tests and failing functions; inlay hints where a client has no lenses."""
    exclude: tuple[str, ...] = ()
    """Glob patterns of files whose text is never sent to a model."""
    record: str | None = None
    """A folder, relative to the root, that every repair is recorded to; what was killed there is resumed."""
    isolation: IsolationChoice = "auto"
    trusted: bool = False
    """Whether the workspace's own pyproject.toml may set the protected options."""

    @property
    def cascade(self) -> tuple[str, ...]:
        """The models' names, cheap to dear: those of `models`, else `model`, which may be several with commas."""
        names = self.models or tuple(name.strip() for name in self.model.split(","))
        return tuple(name for name in names if name)

    def is_free(self, environ: Mapping[str, str]) -> bool:
        """Whether no reply can cost money: no model, the embedded one, or with "auto" and neither an endpoint nor a key
        whatever is served on this machine.
        """
        auto = not (self.base_url or self.api_key or environ.get("OPENAI_BASE_URL") or environ.get("OPENAI_API_KEY"))
        return all(name == "none" or is_embedded(name) or (name == "auto" and auto) for name in self.cascade)

    @property
    def reasoning(self) -> ReasoningEffort | None:
        """What `reasoning_effort` asks for; None leaves it to the strategy and the endpoint."""
        return None if self.reasoning_effort == "auto" else self.reasoning_effort

    def ceilings(self, effort: EffortName | None = None) -> Ceilings:
        """The effort's ceilings with the user's own overrides in them."""
        ceilings = EFFORTS[effort or self.effort]
        if self.max_usd is not None:
            ceilings = replace(ceilings, usd=self.max_usd)
        if self.timeout is not None:
            ceilings = replace(ceilings, seconds=self.timeout)
        return ceilings


PROTECTED = frozenset(
    {
        *("python", "pytest_args", "model", "models", "base_url", "api_key"),
        *("max_usd", "max_usd_per_day", "record", "isolation", "trusted"),
    }
)
"""Never taken from a workspace file unless the workspace is trusted."""


@dataclass(frozen=True)
class LoadedSettings:
    """The settings, and one sentence for each option that could not be taken as written."""

    settings: Settings
    messages: tuple[str, ...] = ()


def load(
    root: Path,
    *,
    client: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, object] | None = None,
    trusted: bool = False,
) -> LoadedSettings:
    """Merge all layers for the project at `root`. Never raises: what is wrong is said in `messages`."""
    messages: list[str] = []
    settings = Settings(trusted=trusted)
    workspace = _pyproject_table(root, messages)
    environment = (
        {option: environ[name] for option in _PARSERS if (name := f"TESTTIME_{option.upper()}") in (environ or {})}
        if environ
        else {}
    )
    outside: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("the environment", environment),
        ("the editor's settings", client or {}),
        ("the command line", flags or {}),
    )
    # Trust itself comes from outside the workspace, so it is read before the workspace's own table.
    for source, layer in outside:
        settings = _merge(settings, {k: v for k, v in layer.items() if k == "trusted"}, source, messages)
    if not settings.trusted:
        for option in sorted(workspace.keys() & {_spelling(name) for name in PROTECTED} | workspace.keys() & PROTECTED):
            workspace.pop(option)
            messages.append(
                f"testtime: '{option}' in [tool.testtime] of {root / 'pyproject.toml'} is ignored because the "
                "workspace is not trusted; set it in your editor or environment, or set testtime.trusted."
            )
    for source, layer in (("pyproject.toml", workspace), *outside):
        settings = _merge(settings, layer, source, messages)
    return LoadedSettings(settings, tuple(messages))


def _pyproject_table(root: Path, messages: list[str]) -> dict[str, object]:
    """`[tool.testtime]`, or nothing."""
    import tomllib

    path = root / "pyproject.toml"
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        messages.append(f"testtime: {path} cannot be read ({error}); its [tool.testtime] is ignored.")
        return {}
    tool = document.get("tool", {})
    table: object = cast("dict[str, object]", tool).get("testtime", {}) if isinstance(tool, dict) else {}
    return dict(cast("dict[str, object]", table)) if isinstance(table, dict) else {}


def _merge(settings: Settings, layer: Mapping[str, object], source: str, messages: list[str]) -> Settings:
    """`settings` with the layer's valid options in it."""
    for spelled, value in layer.items():
        option = _option(spelled)
        if option is None:
            messages.append(f"testtime: unknown option '{spelled}' in {source}; it is ignored.")
            continue
        if value is None or value == "":
            continue
        try:
            settings = replace(settings, **{option: _PARSERS[option](value)})
            if option == "model" and not {"models"} & {_option(name) for name in layer}:
                settings = replace(settings, models=())  # a stronger layer's one model replaces a weaker one's cascade
        except (TypeError, ValueError) as error:
            kept: object = getattr(settings, option)
            messages.append(
                f"testtime: {source} sets testtime.{_spelling(option)} to {value!r}, {error}; using {kept!r}."
            )
    return settings


def _spelling(option: str) -> str:
    """The editor's spelling: `run_tests` → `runTests`."""
    head, *rest = option.split("_")
    return head + "".join(part.title() for part in rest)


def _option(spelled: str) -> str | None:
    """The field that a spelling (camelCase, snake_case or kebab-case) means."""
    flat = spelled.replace("_", "").replace("-", "").lower()
    return next((option for option in _PARSERS if option.replace("_", "") == flat), None)


def _choice(values: tuple[str, ...]) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value not in values:
            raise ValueError("which is not one of " + ", ".join(values))
        return cast("str", value)

    return parse


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("which is not text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        import shlex

        return tuple(shlex.split(value))
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in cast("list[object]", value)):
        raise TypeError("which is not a list of texts")
    return tuple(cast("list[str]", value))


def _names(value: object) -> tuple[str, ...]:
    """A list of names, or one text with commas or spaces between them."""
    texts = _texts(value.replace(",", " ") if isinstance(value, str) else value)
    return tuple(text.strip() for text in texts if text.strip())


def _positive(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError("which is not a number")
    try:
        number = float(value)
    except ValueError:
        raise ValueError("which is not a number") from None
    if not 0 <= number < float("inf"):
        raise ValueError("which is not a positive number")
    return number


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in {"1", "true", "yes", "on"}:
        return True
    if str(value).lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError("which is neither true nor false")


_PARSERS: Mapping[str, Callable[[object], object]] = {
    "python": _text,
    "pytest_args": _texts,
    "effort": _choice(get_args(EffortName)),
    "strategy": _choice(get_args(StrategyName)),
    "model": _text,
    "models": _names,
    "reasoning_effort": _choice(get_args(ReasoningChoice)),
    "base_url": _text,
    "api_key": _text,
    "max_usd": _positive,
    "max_usd_per_day": _positive,
    "timeout": _positive,
    "apply": _choice(get_args(Apply)),
    "run_tests": _choice(get_args(RunTests)),
    "background": _choice(get_args(Background)),
    "code_lens": _flag,
    "exclude": _texts,
    "record": _text,
    "isolation": _choice(get_args(IsolationChoice)),
    "trusted": _flag,
}
assert set(_PARSERS) == {option.name for option in fields(Settings)}

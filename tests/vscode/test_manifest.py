"""The extension's manifest and the server's settings name the same things. Needs neither Node nor an editor."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

from testtime_server.actions import COMMANDS
from testtime_server.settings import PROTECTED, Settings, _spelling
from testtime_strategies.budget import EffortName

EXTENSION = Path(__file__).parent.parent.parent / "editors" / "vscode"
MANIFEST = json.loads((EXTENSION / "package.json").read_text())
PROPERTIES: dict[str, dict[str, Any]] = MANIFEST["contributes"]["configuration"]["properties"]
OF_THE_EXTENSION = {"testtime.report", "testtime.server.path", "testtime.server.package", "testtime.trace.server"}
# The key is in the secret storage, trust is VS Code's own; recording is for who develops strategies.
NOT_OFFERED = {"api_key", "trusted", "record"}

ON_THEIR_WAY = {"testtime.models", "testtime.reasoningEffort"}


def test_every_setting_of_the_server_is_offered_and_no_other() -> None:
    servers = {f"testtime.{_spelling(field.name)}" for field in fields(Settings) if field.name not in NOT_OFFERED}
    assert set(PROPERTIES) - OF_THE_EXTENSION - servers <= ON_THEIR_WAY
    assert servers <= set(PROPERTIES)


def test_defaults_and_choices_are_the_servers() -> None:
    defaults = Settings()
    for field in fields(Settings):
        offered = PROPERTIES.get(f"testtime.{_spelling(field.name)}", {})
        if "default" in offered:
            default = getattr(defaults, field.name)
            assert (offered["default"] or None) == ((list(default) if isinstance(default, tuple) else default) or None)
    assert PROPERTIES["testtime.effort"]["enum"] == list(get_args(EffortName))


def test_what_decides_where_code_or_money_goes_is_restricted() -> None:
    restricted = set(MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"])
    protected = {f"testtime.{_spelling(name)}" for name in PROTECTED - NOT_OFFERED}
    assert restricted >= protected | {"testtime.server.path", "testtime.server.package"}
    for name in ("testtime.server.path", "testtime.server.package", "testtime.python"):
        assert PROPERTIES[name]["scope"] == "machine-overridable", "a path is one machine's"


def test_every_setting_says_what_it_does() -> None:
    assert all(setting["markdownDescription"].endswith(".") for setting in PROPERTIES.values())


def test_no_command_id_of_the_server_is_taken() -> None:
    # The language client registers the server's ids with VS Code, for the whole window.
    assert not {command["command"] for command in MANIFEST["contributes"]["commands"]} & set(COMMANDS)

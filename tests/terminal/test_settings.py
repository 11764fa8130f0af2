from pathlib import Path

from testtime_server.settings import Settings, load


def test_nothing_configured_is_all_defaults(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    assert loaded.settings == Settings()
    assert loaded.messages == ()


def test_layers_in_order_of_strength(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.testtime]\neffort = "low"\ntimeout = 5\nrun-tests = "manual"\n')
    loaded = load(
        tmp_path,
        environ={"TESTTIME_EFFORT": "high", "TESTTIME_TIMEOUT": "7"},
        client={"timeout": 8, "baseUrl": "http://127.0.0.1:1/v1"},
        flags={"timeout": 9.0},
    )
    assert loaded.messages == ()
    assert loaded.settings.effort == "high"
    assert loaded.settings.timeout == 9
    assert loaded.settings.run_tests == "manual"
    assert loaded.settings.base_url == "http://127.0.0.1:1/v1"


def test_a_bad_option_is_named_and_defaulted(tmp_path: Path) -> None:
    loaded = load(tmp_path, client={"effort": "gigantic", "timeout": "soon", "colour": "red"})
    assert loaded.settings == Settings()
    effort, timeout, colour = loaded.messages
    assert "testtime.effort" in effort
    assert "'medium'" in effort
    assert "low, medium" in effort
    assert "testtime.timeout" in timeout
    assert "colour" in colour


def test_a_workspace_file_cannot_choose_where_code_or_money_goes(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.testtime]\npython = "/evil"\nbaseUrl = "http://evil"\nmax_usd = 1000\ntrusted = true\neffort = "low"\n'
    )
    loaded = load(tmp_path)
    assert loaded.settings == Settings(effort="low")
    assert len(loaded.messages) == 4
    assert all("not trusted" in message for message in loaded.messages)


def test_a_trusted_workspace_can(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.testtime]\npython = "/opt/python"\n')
    loaded = load(tmp_path, environ={"TESTTIME_TRUSTED": "1"})
    assert loaded.settings.python == "/opt/python"
    assert loaded.messages == ()


def test_an_unreadable_pyproject_loses_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.testtime\n")
    loaded = load(tmp_path, flags={"effort": "high"})
    assert loaded.settings.effort == "high"
    assert "pyproject.toml" in loaded.messages[0]


def test_the_api_key_is_never_printed() -> None:
    assert "sk-secret" not in repr(Settings(api_key="sk-secret"))


def test_own_ceilings_override_the_effort_s() -> None:
    settings = Settings(effort="low", max_usd=0.005, timeout=3)
    assert settings.ceilings().usd == 0.005
    assert settings.ceilings().seconds == 3
    assert settings.ceilings("high").samples == 48

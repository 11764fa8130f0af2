import pytest

from envreader import ConfigError, EnvReader


def test_malformed_number():
    with pytest.raises(ConfigError):
        EnvReader({"X": "1,5"}).number("X")


def test_malformed_flag():
    with pytest.raises(ConfigError):
        EnvReader({"X": "maybe"}).flag("X")


def test_message_names_the_variable():
    with pytest.raises(ConfigError, match="bad value for APP_N"):
        EnvReader({"APP_N": "?"}, "APP_").integer("N", 3)


def test_empty_text_is_malformed():
    with pytest.raises(ConfigError):
        EnvReader({"N": ""}).integer("N")


def test_false_default_is_kept():
    assert EnvReader({}).flag("DEBUG", False) is False
    assert EnvReader({}).integer("N", 0) == 0


def test_missing_message():
    with pytest.raises(ConfigError, match="missing P_A"):
        EnvReader({}, "P_").items("A")


def test_number():
    assert EnvReader({"X": "-2.5e1"}).number("X") == -25.0


def test_flags_off():
    assert [EnvReader({"F": t}).flag("F") for t in ("0", "OFF", "no ", "False")] == [False] * 4


def test_float_is_not_an_integer():
    with pytest.raises(ConfigError):
        EnvReader({"N": "1.0"}).integer("N")

import pytest

from envreader import ConfigError, EnvReader


def test_integer():
    assert EnvReader({"APP_PORT": " 80 "}, "APP_").integer("PORT") == 80


def test_default():
    assert EnvReader({}).integer("PORT", 1) == 1


def test_missing():
    with pytest.raises(ConfigError):
        EnvReader({}).integer("PORT")


def test_malformed_integer():
    with pytest.raises(ConfigError):
        EnvReader({"PORT": "eighty"}).integer("PORT")


def test_flag():
    assert EnvReader({"DEBUG": "Yes"}).flag("DEBUG") is True


def test_items():
    assert EnvReader({"HOSTS": "a, b,,c"}).items("HOSTS") == ["a", "b", "c"]

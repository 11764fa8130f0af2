import pytest

from settings import DEFAULTS, Settings, format_number


def test_defaults():
    assert Settings().as_dict() == DEFAULTS


def test_override():
    s = Settings()
    with s.override(precision=0):
        assert format_number(s, 2.6) == "3"
    assert s["precision"] == 2


def test_restored_after_error():
    s = Settings()
    with pytest.raises(ZeroDivisionError):
        with s.override(precision=5):
            1 / 0
    assert s["precision"] == 2


def test_unknown():
    with pytest.raises(KeyError):
        Settings(colour="red")


def test_format():
    assert format_number(Settings(language="de"), 1.5) == "1,50"

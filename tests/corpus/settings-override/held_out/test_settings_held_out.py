import pytest

from settings import DEFAULTS, Settings, format_number


def test_nested_with_error():
    s = Settings()
    with s.override(language="de"):
        try:
            with s.override(language="fr", strict=True):
                raise ValueError
        except ValueError:
            pass
        assert s["language"] == "de" and s["strict"] is False
    assert s.as_dict() == DEFAULTS


def test_error_through_two_levels():
    s = Settings(precision=1)
    with pytest.raises(RuntimeError):
        with s.override(precision=3):
            with s.override(precision=4):
                raise RuntimeError
    assert s["precision"] == 1


def test_return_inside():
    s = Settings()

    def work():
        with s.override(strict=True):
            return s["strict"]

    assert work() is True
    assert s["strict"] is False


def test_break_inside():
    s = Settings()
    for precision in (5, 6):
        with s.override(precision=precision):
            break
    assert s["precision"] == 2


def test_error_is_not_swallowed():
    with pytest.raises(KeyError, match="mine"):
        with Settings().override(strict=True):
            raise KeyError("mine")


def test_changes_inside_are_undone_too():
    s = Settings()
    with pytest.raises(ValueError):
        with s.override(strict=True):
            s.update(precision=9)
            raise ValueError
    assert s.as_dict() == DEFAULTS


def test_unknown_override_changes_nothing():
    s = Settings()
    with pytest.raises(KeyError):
        with s.override(strict=True, size=3):
            pass
    assert s.as_dict() == DEFAULTS


def test_override_gives_the_settings():
    s = Settings()
    with s.override(language="de") as inner:
        assert inner is s

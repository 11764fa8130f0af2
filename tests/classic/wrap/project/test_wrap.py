import pytest

from wrap import wrap

TEXT = "Every morning the baker opens the shutters, sweeps the step and waits for the bus."


def test_width():
    assert all(len(line) <= 20 for line in wrap(TEXT, 20))


def test_first_line():
    assert wrap(TEXT, 20)[0] == "Every morning the"


def test_short_text():
    assert wrap("hello", 10) == ["hello"]


def test_lines():
    assert wrap("one two three", 7) == ["one two", " three"]
    assert wrap(TEXT, 43) == [
        "Every morning the baker opens the shutters,", " sweeps the step and waits for the bus.",
    ]


def test_nothing_is_lost():
    assert "".join(wrap(TEXT, 13)) == TEXT


def test_long_word():
    assert wrap("abcdefgh", 3) == ["abc", "def", "gh"]


def test_bad_width():
    with pytest.raises(ValueError):
        wrap("text", 0)

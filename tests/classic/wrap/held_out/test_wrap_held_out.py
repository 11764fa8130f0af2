from itertools import product

import pytest

from wrap import wrap


def test_negative_width():
    with pytest.raises(ValueError):
        wrap("text", -3)


def test_exact_width():
    assert wrap("abc", 3) == ["abc"]
    assert wrap("abcdef", 3) == ["abc", "def"]


def test_one_column():
    assert wrap("abc", 1) == ["a", "b", "c"]


def test_break_before_the_last_word():
    assert wrap("aaa bbb ccc", 8) == ["aaa bbb", " ccc"]


def test_every_width():
    text = "the train to the coast leaves at nine from platform two"
    for cols in range(1, 70):
        lines = wrap(text, cols)
        assert "".join(lines) == text
        assert all(0 < len(line) <= cols for line in lines)


def test_short_texts():
    for length in range(1, 7):
        for signs in product("a ", repeat=length):
            text = "".join(signs)
            for cols in (1, 2, 3, 6):
                lines = wrap(text, cols)
                assert "".join(lines) == text and max(map(len, lines)) <= cols

import pytest

from querytokens import Token, fields, terms, tokenize


def test_phrase_between_words():
    assert tokenize('a "b c" d') == [Token("word", "a"), Token("phrase", "b c"), Token("word", "d")]


def test_two_phrases():
    assert terms('"A b" "C"') == ["a b", "c"]


def test_empty_phrase():
    assert tokenize('""') == [Token("phrase", "")]


def test_phrase_touching_word():
    assert terms('ab"cd"ef') == ["ab", "cd", "ef"]


def test_colon_in_phrase():
    assert fields('"x:y" a:b') == {"a": "b"}


def test_third_quote_missing():
    with pytest.raises(ValueError):
        tokenize('"a" "b')


def test_field_with_empty_value():
    assert fields("a: b") == {"a": ""}

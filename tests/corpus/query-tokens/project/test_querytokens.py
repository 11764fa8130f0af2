import pytest

from querytokens import Token, fields, terms, tokenize


def test_words():
    assert terms("Blue  car") == ["blue", "car"]


def test_fields():
    assert fields("car year:1999 year:2000") == {"year": "2000"}


def test_missing_quote():
    with pytest.raises(ValueError):
        tokenize('"b')


def test_empty():
    assert tokenize("   ") == []


def test_phrase():
    assert tokenize('"blue car"') == [Token("phrase", "blue car")]

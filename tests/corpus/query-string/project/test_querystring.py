from querystring import build, first, parse, update


def test_simple():
    assert parse("?a=1&b=2&a=3") == {"a": ["1", "3"], "b": ["2"]}


def test_percent():
    assert parse("name=J%C3%B8rn") == {"name": ["J\u00f8rn"]}


def test_no_value():
    assert parse("debug") == {"debug": [""]}


def test_build():
    assert build({"b": "x y", "a": [1, 2]}) == "a=1&a=2&b=x%20y"


def test_first():
    assert first("a=1", "a") == "1" and first("", "a", "0") == "0"


def test_plus():
    assert first("q=two+words", "q") == "two words"


def test_percent_in_key():
    assert parse("a%2Bb=1") == {"a+b": ["1"]}

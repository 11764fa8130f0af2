from querystring import build, first, parse, update


def test_encoded_key():
    assert parse("my%20key=v") == {"my key": ["v"]}


def test_encoded_separators():
    assert parse("a=1%262&b=3%3D4") == {"a": ["1&2"], "b": ["3=4"]}


def test_blanks_around():
    assert parse(" a = 1 & b=2 ") == {"a": ["1"], "b": ["2"]}


def test_encoded_blanks_are_kept():
    assert parse("a=%201%20") == {"a": [" 1 "]}


def test_round_trip():
    params = {"path": ["/a b/c?d"], "\u00e9": ["1+1=2", "50%"]}
    assert parse(build(params)) == params


def test_update():
    assert update("a=x%20y&b=2", b=3) == "a=x%20y&b=3"


def test_equal_sign_in_value():
    assert parse("a=b=c") == {"a": ["b=c"]}


def test_empty_pairs():
    assert parse("&&a=1& &") == {"a": ["1"]}


def test_same_key_encoded_differently():
    assert parse("a%5B%5D=1&a[]=2") == {"a[]": ["1", "2"]}

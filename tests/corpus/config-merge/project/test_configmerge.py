from configmerge import get_path, merge, merge_all


def test_disjoint():
    assert merge({"a": 1}, {"b": 2}) == {"a": 1, "b": 2}


def test_nested():
    assert merge({"s": {"a": 1}}, {"s": {"b": 2}}) == {"s": {"a": 1, "b": 2}}


def test_override_value():
    assert merge({"a": 1}, {"a": 2}) == {"a": 2}


def test_none_keeps_base():
    assert merge({"s": {"a": 1}}, {"s": None}) == {"s": {"a": 1}}


def test_get_path():
    assert get_path({"a": {"b": 3}}, "a.b") == 3
    assert get_path({"a": 1}, "a.b", "no") == "no"

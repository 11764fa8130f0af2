from configmerge import get_path, merge, merge_all


def test_scalar_replaced_by_mapping():
    assert merge({"a": 1}, {"a": {"b": 2}}) == {"a": {"b": 2}}


def test_mapping_replaced_by_scalar():
    assert merge({"a": {"b": 2}}, {"a": 5}) == {"a": 5}


def test_lists_are_replaced():
    assert merge({"a": [1, 2]}, {"a": [3]}) == {"a": [3]}


def test_none_at_top():
    assert merge({"a": 1}, None) == {"a": 1}


def test_none_for_scalar():
    assert merge({"a": 0, "b": False}, {"a": None, "b": None}) == {"a": 0, "b": False}


def test_inputs_not_changed():
    base, extra = {"a": {"x": 1}}, {"a": {"y": [1]}}
    merged = merge(base, extra)
    merged["a"]["y"].append(2)
    assert base == {"a": {"x": 1}} and extra == {"a": {"y": [1]}}


def test_merge_all():
    assert merge_all({"a": 1, "s": {"p": 1}}, None, {"a": 2}, {"s": {"p": 3, "q": 4}}) == {
        "a": 2, "s": {"p": 3, "q": 4}}


def test_falsy_overrides_win():
    assert merge({"a": 5, "b": "x"}, {"a": 0, "b": ""}) == {"a": 0, "b": ""}


def test_replaced_list_is_a_copy():
    extra = {"a": [1]}
    merge({"a": [0]}, extra)["a"].append(9)
    assert extra == {"a": [1]}

from flatten import flatten


def test_one_item():
    assert list(flatten([7])) == [7]


def test_deep_item():
    nested = "core"
    for _ in range(50):
        nested = [nested]
    assert list(flatten(nested)) == ["core"]


def test_none_and_strings():
    assert list(flatten([None, ["", [None]], "ab"])) == [None, "", None, "ab"]


def test_lazy():
    steps = flatten([1, [2, 3]])
    assert next(steps) == 1
    assert next(steps) == 2


def test_input_is_kept():
    nested = [1, [2, [3]]]
    assert sum(flatten(nested)) == 6
    assert nested == [1, [2, [3]]]


def test_empty_lists_in_between():
    assert list(flatten([[], 1, [[]], 2, []])) == [1, 2]

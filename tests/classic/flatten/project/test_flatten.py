from flatten import flatten


def test_nested():
    assert list(flatten(["a", [["b"], "c", [[], ["d"]]]])) == ["a", "b", "c", "d"]


def test_flat():
    assert list(flatten(["red", "green"])) == ["red", "green"]


def test_nothing():
    assert list(flatten([])) == []


def test_only_empty_lists():
    assert list(flatten([[], [[], []], [[[]]]])) == []


def test_number_of_items():
    assert len(list(flatten([1, [2, [3, [4]]]]))) == 4


def test_tuples_are_items():
    assert list(flatten([(1, 2), [(3,)]])) == [(1, 2), (3,)]

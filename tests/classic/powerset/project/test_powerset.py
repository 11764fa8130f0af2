from powerset import powerset


def test_nothing():
    assert powerset([]) == [[]]


def test_one_item():
    assert sorted(powerset(["a"])) == [[], ["a"]]


def test_three_items():
    assert sorted(powerset([1, 2, 3])) == [[], [1], [1, 2], [1, 2, 3], [1, 3], [2], [2, 3], [3]]


def test_number_of_subsets():
    assert len(powerset(list("abcdef"))) == 64


def test_whole_list_is_a_subset():
    assert ["x", "y", "z"] in powerset(["x", "y", "z"])


def test_order_is_kept():
    assert sorted(powerset(["b", "a"])) == [[], ["a"], ["b"], ["b", "a"]]

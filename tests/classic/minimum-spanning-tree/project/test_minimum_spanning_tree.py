from minimum_spanning_tree import minimum_spanning_tree


def test_no_edges():
    assert minimum_spanning_tree({}) == set()


def test_loop_is_no_part_of_a_tree():
    assert minimum_spanning_tree({("a", "a"): 1}) == set()


def test_one_edge():
    assert minimum_spanning_tree({("a", "b"): 4}) == {("a", "b")}


def test_triangle():
    weights = {("a", "b"): 3, ("b", "c"): 1, ("a", "c"): 2}
    assert minimum_spanning_tree(weights) == {("b", "c"), ("a", "c")}


def test_two_groups_are_joined():
    weights = {
        ("a", "b"): 1, ("c", "d"): 2, ("e", "f"): 3, ("b", "c"): 4, ("a", "d"): 5,
        ("d", "e"): 6, ("a", "f"): 7, ("b", "f"): 8,
    }
    assert minimum_spanning_tree(weights) == {
        ("a", "b"), ("c", "d"), ("e", "f"), ("b", "c"), ("d", "e"),
    }


def test_two_parts():
    weights = {("a", "b"): 1, ("x", "y"): 2, ("y", "z"): 3, ("x", "z"): 9}
    assert minimum_spanning_tree(weights) == {("a", "b"), ("x", "y"), ("y", "z")}

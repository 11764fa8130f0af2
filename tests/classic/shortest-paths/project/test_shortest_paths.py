from shortest_paths import shortest_paths

INF = float("inf")


def test_no_edges():
    assert shortest_paths("a", {}) == {"a": 0}


def test_one_edge():
    assert shortest_paths("a", {("a", "b"): 5}) == {"a": 0, "b": 5}


def test_out_of_reach():
    assert shortest_paths("b", {("a", "b"): 2}) == {"a": INF, "b": 0}


def test_detour_is_shorter():
    weights = {("a", "c"): 9, ("a", "b"): 3, ("b", "c"): 4}
    assert shortest_paths("a", weights) == {"a": 0, "b": 3, "c": 7}


def test_negative_edges():
    weights = {
        ("s", "t"): 6, ("s", "u"): 4, ("u", "t"): -3, ("t", "w"): 5, ("u", "w"): 9, ("w", "x"): -2,
    }
    assert shortest_paths("s", weights) == {"s": 0, "t": 1, "u": 4, "w": 6, "x": 4}


def test_edges_in_bad_order():
    weights = {("c", "d"): 1, ("b", "c"): 1, ("a", "b"): 1}
    assert shortest_paths("a", weights) == {"a": 0, "b": 1, "c": 2, "d": 3}

from shortest_path_length import insert_or_update, shortest_path_length, waiting_distance

ROADS = {
    ("a", "b"): 7, ("a", "c"): 3, ("c", "b"): 1, ("b", "d"): 2, ("c", "d"): 8, ("d", "e"): 4,
    ("e", "a"): 1,
}


def test_one_edge():
    assert shortest_path_length(ROADS, "a", "c") == 3


def test_start_is_goal():
    assert shortest_path_length(ROADS, "d", "d") == 0


def test_detour_is_shorter():
    assert shortest_path_length(ROADS, "a", "b") == 4


def test_several_edges():
    assert shortest_path_length(ROADS, "a", "d") == 6
    assert shortest_path_length(ROADS, "a", "e") == 10
    assert shortest_path_length(ROADS, "e", "b") == 5


def test_no_path():
    assert shortest_path_length({("a", "b"): 1, ("c", "b"): 1}, "a", "c") == float("inf")


def test_heap():
    waiting = [(2, "x"), (5, "y")]
    insert_or_update(waiting, 1, "y")
    insert_or_update(waiting, 9, "z")
    assert waiting[0] == (1, "y") and len(waiting) == 3
    assert waiting_distance(waiting, "z", None) == 9
    assert waiting_distance(waiting, "w", None) is None

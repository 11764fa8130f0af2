from shortest_path_lengths import shortest_path_lengths

INF = float("inf")


def test_no_edges():
    lengths = shortest_path_lengths(2, {})
    assert dict(lengths) == {(0, 0): 0, (0, 1): INF, (1, 0): INF, (1, 1): 0}


def test_one_node():
    assert dict(shortest_path_lengths(1, {})) == {(0, 0): 0}


def test_chain():
    lengths = shortest_path_lengths(3, {(0, 1): 4, (1, 2): 5})
    assert lengths[0, 2] == 9
    assert lengths[2, 0] == INF


def test_edges_without_a_shortcut():
    lengths = shortest_path_lengths(2, {(0, 1): 3, (1, 0): 8})
    assert lengths[0, 1] == 3 and lengths[1, 0] == 8


def test_detour():
    lengths = shortest_path_lengths(4, {(0, 2): 4, (2, 1): -3, (1, 0): 6, (1, 3): 10, (0, 3): 12})
    assert lengths[0, 1] == 1
    assert lengths[0, 3] == 11
    assert lengths[2, 0] == 3
    assert lengths[3, 0] == INF


def test_one_way_edges_to_the_same_node():
    lengths = shortest_path_lengths(3, {(0, 2): 1, (1, 2): 1})
    assert lengths[0, 1] == INF and lengths[1, 0] == INF

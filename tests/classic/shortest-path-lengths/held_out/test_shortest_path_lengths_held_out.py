from itertools import permutations

from shortest_path_lengths import shortest_path_lengths

INF = float("inf")


def brute(n, edges, start, goal):
    if start == goal:
        return 0
    others = [i for i in range(n) if i not in (start, goal)]
    best = INF
    for size in range(len(others) + 1):
        for inner in permutations(others, size):
            path = (start,) + inner + (goal,)
            best = min(best, sum(edges.get(edge, INF) for edge in zip(path, path[1:])))
    return best


def test_isolated_nodes():
    lengths = shortest_path_lengths(3, {})
    assert all(lengths[i, j] == (0 if i == j else INF) for i in range(3) for j in range(3))


def test_ring():
    lengths = shortest_path_lengths(5, {(i, (i + 1) % 5): 1 for i in range(5)})
    assert all(lengths[i, j] == (j - i) % 5 for i in range(5) for j in range(5))


def test_negative_edge():
    lengths = shortest_path_lengths(3, {(0, 1): 5, (1, 2): -4, (0, 2): 3})
    assert lengths[0, 2] == 1


def test_input_is_kept():
    edges = {(0, 1): 1, (1, 2): 1}
    assert shortest_path_lengths(3, edges)[0, 2] == 2
    assert edges == {(0, 1): 1, (1, 2): 1}


def test_brute_force():
    pairs = [(i, j) for i in range(4) for j in range(4) if i != j]
    for seed in range(60):
        edges = {}
        for i, pair in enumerate(pairs):
            number = (seed * 7919 + i * 104729 + seed * i * 31) % 17
            if number > 5:
                edges[pair] = number
        lengths = shortest_path_lengths(4, edges)
        for i in range(4):
            for j in range(4):
                assert lengths[i, j] == brute(4, edges, i, j)

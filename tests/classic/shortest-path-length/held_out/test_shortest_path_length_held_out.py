from itertools import permutations

from shortest_path_length import shortest_path_length

INF = float("inf")


def brute(lengths, start, goal):
    nodes = sorted({n for edge in lengths for n in edge} - {start, goal})
    best = INF
    for size in range(len(nodes) + 1):
        for inner in permutations(nodes, size):
            path = (start,) + inner + (goal,)
            best = min(best, sum(lengths.get(edge, INF) for edge in zip(path, path[1:])))
    return best


def test_unknown_start():
    assert shortest_path_length({("a", "b"): 1}, "x", "b") == INF


def test_chain():
    chain = {(str(i), str(i + 1)): i + 1 for i in range(8)}
    assert shortest_path_length(chain, "0", "8") == 36
    assert shortest_path_length(chain, "8", "0") == INF


def test_long_way_round_is_shorter():
    lengths = {("a", "z"): 10, ("a", "b"): 3, ("b", "c"): 3, ("c", "z"): 3}
    assert shortest_path_length(lengths, "a", "z") == 9


def test_long_way_round_is_longer():
    lengths = {("a", "z"): 10, ("a", "b"): 4, ("b", "c"): 4, ("c", "z"): 3}
    assert shortest_path_length(lengths, "a", "z") == 10


def test_fractions():
    assert shortest_path_length({("a", "b"): 0.5, ("b", "c"): 0.25}, "a", "c") == 0.75


def test_brute_force():
    nodes = "pqrs"
    edges = [(u, v) for u in nodes for v in nodes if u != v]
    for seed in range(60):
        lengths = {}
        for i, edge in enumerate(edges):
            number = (seed * 7919 + i * 104729 + seed * i * 31) % 17
            if number > 5:
                lengths[edge] = number
        for start, goal in edges:
            assert shortest_path_length(lengths, start, goal) == brute(lengths, start, goal)

from itertools import permutations

from shortest_paths import shortest_paths

INF = float("inf")


def brute(weights, source, goal):
    if source == goal:
        return 0
    others = sorted({n for edge in weights for n in edge} - {source, goal})
    best = INF
    for size in range(len(others) + 1):
        for inner in permutations(others, size):
            path = (source,) + inner + (goal,)
            best = min(best, sum(weights.get(edge, INF) for edge in zip(path, path[1:])))
    return best


def test_unconnected_source():
    assert shortest_paths("z", {("a", "b"): 1}) == {"z": 0, "a": INF, "b": INF}


def test_input_is_kept():
    weights = {("a", "b"): 4, ("b", "c"): 1}
    assert shortest_paths("a", weights) == {"a": 0, "b": 4, "c": 5}
    assert weights == {("a", "b"): 4, ("b", "c"): 1}


def test_cycle():
    weights = {(1, 2): 1, (2, 3): 1, (3, 1): 1}
    assert shortest_paths(2, weights) == {1: 2, 2: 0, 3: 1}


def test_negative_edge_later():
    weights = {("s", "a"): 2, ("s", "b"): 5, ("b", "a"): -4, ("a", "c"): 1}
    assert shortest_paths("s", weights) == {"s": 0, "a": 1, "b": 5, "c": 2}


def test_brute_force():
    nodes = "pqrs"
    pairs = [(u, v) for u in nodes for v in nodes if u != v]
    for seed in range(60):
        weights = {}
        for i, pair in enumerate(pairs):
            number = (seed * 7919 + i * 104729 + seed * i * 31) % 17
            if number > 5:
                weights[pair] = number
        for source in nodes:
            for goal, length in shortest_paths(source, dict(weights)).items():
                assert length == brute(weights, source, goal)

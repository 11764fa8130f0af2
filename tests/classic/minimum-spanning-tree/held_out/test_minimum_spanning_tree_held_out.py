from itertools import combinations, permutations

from minimum_spanning_tree import minimum_spanning_tree


def connects(edges, nodes):
    reached = {nodes[0]}
    for _ in nodes:
        for u, v in edges:
            if u in reached or v in reached:
                reached |= {u, v}
    return reached == set(nodes)


def test_no_edges():
    assert minimum_spanning_tree({}) == set()


def test_square():
    weights = {(1, 2): 7, (2, 3): 9, (3, 4): 7, (1, 4): 7}
    assert minimum_spanning_tree(weights) == {(1, 2), (3, 4), (1, 4)}


def test_tree_is_kept():
    weights = {("r", "s"): 5, ("s", "t"): 1, ("s", "u"): 3, ("u", "v"): 2}
    assert minimum_spanning_tree(weights) == set(weights)


def test_input_is_kept():
    weights = {(1, 2): 8, (1, 3): 3, (2, 4): 4, (3, 4): 6}
    assert len(minimum_spanning_tree(weights)) == 3
    assert weights == {(1, 2): 8, (1, 3): 3, (2, 4): 4, (3, 4): 6}


def test_brute_force():
    nodes = [1, 2, 3, 4]
    edges = list(combinations(nodes, 2))
    for order in permutations(range(1, 7)):
        weights = dict(zip(edges, order))
        tree = minimum_spanning_tree(weights)
        assert len(tree) == 3 and connects(tree, nodes)
        if order[0] == 1:
            least = min(
                sum(weights[e] for e in chosen)
                for chosen in combinations(edges, 3) if connects(chosen, nodes)
            )
            assert sum(weights[e] for e in tree) == least


def test_pairs_of_groups():
    weights = {(2 * i, 2 * i + 1): i for i in range(8)}
    weights.update({(2 * i + 1, 2 * i + 2): 100 + i for i in range(7)})
    weights[0, 15] = 500
    tree = minimum_spanning_tree(weights)
    assert tree == set(weights) - {(0, 15)}

from itertools import product

from topological_ordering import Node, connect, topological_ordering


def order_of(labels, edges):
    nodes = {label: Node(label) for label in labels}
    for u, v in edges:
        connect(nodes[u], nodes[v])
    return [node.label for node in topological_ordering(list(nodes.values()))]


def test_empty():
    assert topological_ordering([]) == []


def test_long_chain():
    edges = [(i, i + 1) for i in range(30)]
    assert order_of(range(30, -1, -1), edges) == list(range(31))


def test_star():
    assert order_of("mabc", ["ma", "mb", "mc"])[0] == "m"
    assert order_of("mabc", ["am", "bm", "cm"])[-1] == "m"


def test_late_predecessor():
    order = order_of("abcd", ["ad", "ab", "bc", "cd"])
    assert order == ["a", "b", "c", "d"]


def test_input_is_kept():
    nodes = [Node(2), Node(1)]
    connect(nodes[1], nodes[0])
    assert [n.label for n in topological_ordering(nodes)] == [1, 2]
    assert [n.label for n in nodes] == [2, 1]


def test_all_graphs_of_four_nodes():
    pairs = [(i, j) for i in range(4) for j in range(i + 1, 4)]
    for chosen in product((False, True), repeat=len(pairs)):
        edges = [pair for pair, taken in zip(pairs, chosen) if taken]
        order = order_of([3, 1, 0, 2], edges)
        assert sorted(order) == [0, 1, 2, 3]
        assert all(order.index(u) < order.index(v) for u, v in edges)

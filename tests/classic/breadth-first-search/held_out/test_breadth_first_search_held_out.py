from itertools import product

from breadth_first_search import Node, breadth_first_search


def test_lonely_nodes():
    assert breadth_first_search(Node(1), Node(1)) is False


def test_equal_labels_are_different_nodes():
    first, second = Node("x"), Node("x")
    assert breadth_first_search(Node("s", [first]), second) is False
    assert breadth_first_search(Node("s", [first]), first) is True


def test_self_loop():
    node = Node("loop")
    node.successors = [node]
    assert breadth_first_search(node, Node("other")) is False
    assert breadth_first_search(node, node) is True


def test_long_chain():
    nodes = [Node(i) for i in range(2000)]
    for left, right in zip(nodes, nodes[1:]):
        left.successors.append(right)
    assert breadth_first_search(nodes[0], nodes[-1]) is True
    assert breadth_first_search(nodes[1], nodes[0]) is False


def test_all_graphs_of_three_nodes():
    pairs = [(i, j) for i in range(3) for j in range(3) if i != j]
    for chosen in product((False, True), repeat=len(pairs)):
        edges = {pair for pair, taken in zip(pairs, chosen) if taken}
        nodes = [Node(i) for i in range(3)]
        for i, j in sorted(edges):
            nodes[i].successors.append(nodes[j])
        for i, j in pairs:
            k = 3 - i - j
            expected = (i, j) in edges or ((i, k) in edges and (k, j) in edges)
            assert breadth_first_search(nodes[i], nodes[j]) is expected

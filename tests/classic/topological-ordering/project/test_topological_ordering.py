from topological_ordering import Node, connect, topological_ordering


def build(labels, edges):
    nodes = {label: Node(label) for label in labels}
    for u, v in edges:
        connect(nodes[u], nodes[v])
    return list(nodes.values())


def check(labels, edges):
    order = [node.label for node in topological_ordering(build(labels, edges))]
    assert sorted(order) == sorted(labels)
    assert all(order.index(u) < order.index(v) for u, v in edges)


def test_no_edges():
    assert [n.label for n in topological_ordering(build("abc", []))] == ["a", "b", "c"]


def test_one_edge():
    assert [n.label for n in topological_ordering(build("ba", ["ab"]))] == ["a", "b"]


def test_chain():
    assert [n.label for n in topological_ordering(build("cab", ["ab", "bc"]))] == ["a", "b", "c"]


def test_node_with_two_predecessors():
    check("abcd", ["ab", "bc", "cd", "ad"])


def test_diamond():
    check("wxyz", ["wx", "wy", "xz", "yz"])


def test_several_parts():
    check("abcdefg", ["ad", "bd", "be", "ce", "df", "ef", "fg"])

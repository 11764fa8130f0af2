from breadth_first_search import Node, breadth_first_search


def test_direct_edge():
    end = Node("end")
    assert breadth_first_search(Node("start", [end]), end) is True


def test_same_node():
    node = Node("only")
    assert breadth_first_search(node, node) is True


def test_several_steps():
    d = Node("d")
    c = Node("c", [d])
    a = Node("a", [Node("b"), c])
    assert breadth_first_search(a, d) is True


def test_not_connected():
    assert breadth_first_search(Node("a", [Node("b")]), Node("c")) is False


def test_edges_have_a_direction():
    end = Node("end")
    start = Node("start", [end])
    assert breadth_first_search(end, start) is False


def test_cycle():
    a, b, away = Node("a"), Node("b"), Node("away")
    a.successors = [b]
    b.successors = [a]
    assert breadth_first_search(a, b) is True
    assert breadth_first_search(a, away) is False

from depth_first_search import Node, depth_first_search


def test_path():
    last = Node("last")
    first = Node("first", [Node("side"), Node("middle", [last])])
    assert depth_first_search(first, last) is True


def test_unreachable():
    assert depth_first_search(Node("a", [Node("b")]), Node("c")) is False


def test_wrong_direction():
    last = Node("last")
    first = Node("first", [last])
    assert depth_first_search(last, first) is False


def test_cycle_without_the_goal():
    a, b, c = Node("a"), Node("b"), Node("c")
    a.successors = [b]
    b.successors = [c]
    c.successors = [a]
    assert depth_first_search(a, Node("outside")) is False


def test_goal_behind_a_cycle():
    goal = Node("goal")
    a, b = Node("a"), Node("b")
    a.successors = [b, goal]
    b.successors = [a]
    assert depth_first_search(a, goal) is True


def test_same_node():
    node = Node("n")
    assert depth_first_search(node, node) is True

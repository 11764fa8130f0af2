from itertools import product

from depth_first_search import Node, depth_first_search


def test_self_loop():
    node = Node("loop")
    node.successors = [node]
    assert depth_first_search(node, Node("other")) is False


def test_self_loop_before_the_goal():
    goal, node = Node("goal"), Node("loop")
    node.successors = [node, goal]
    assert depth_first_search(node, goal) is True


def test_goal_with_an_edge_back():
    start, goal = Node("start"), Node("goal")
    start.successors = [goal]
    goal.successors = [start]
    assert depth_first_search(start, goal) is True
    assert depth_first_search(goal, start) is True


def test_diamond():
    end = Node("end")
    start = Node("start", [Node("left", [end]), Node("right", [end])])
    assert depth_first_search(start, end) is True
    assert depth_first_search(start, Node("end")) is False


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
            assert depth_first_search(nodes[i], nodes[j]) is expected

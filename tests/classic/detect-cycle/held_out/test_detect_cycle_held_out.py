from detect_cycle import Node, detect_cycle


def chain(length, back_to=None):
    nodes = [Node(i) for i in range(length)]
    for left, right in zip(nodes, nodes[1:]):
        left.successor = right
    if back_to is not None:
        nodes[-1].successor = nodes[back_to]
    return nodes[0]


def test_empty():
    assert detect_cycle(None) is False


def test_four_nodes():
    assert detect_cycle(chain(4)) is False


def test_straight_lists_of_all_lengths():
    for length in range(1, 30):
        assert detect_cycle(chain(length)) is False


def test_circles_of_all_lengths():
    for length in range(1, 12):
        for back_to in range(length):
            assert detect_cycle(chain(length, back_to)) is True


def test_self_loop():
    node = Node(1)
    node.successor = node
    assert detect_cycle(node) is True


def test_equal_values_are_no_circle():
    assert detect_cycle(Node(1, Node(1, Node(1, Node(1))))) is False

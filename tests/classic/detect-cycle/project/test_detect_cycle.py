from detect_cycle import Node, detect_cycle


def chain(length):
    nodes = [Node(i) for i in range(length)]
    for left, right in zip(nodes, nodes[1:]):
        left.successor = right
    return nodes


def test_straight_list():
    assert detect_cycle(chain(5)[0]) is False


def test_full_circle():
    nodes = chain(5)
    nodes[-1].successor = nodes[0]
    assert detect_cycle(nodes[0]) is True


def test_circle_at_the_end():
    nodes = chain(6)
    nodes[-1].successor = nodes[3]
    assert detect_cycle(nodes[0]) is True


def test_two_nodes():
    assert detect_cycle(chain(2)[0]) is False


def test_single_node():
    assert detect_cycle(Node("single")) is False


def test_empty_list():
    assert detect_cycle(None) is False

from reverse_linked_list import Node, reverse_linked_list


def values(node):
    found = []
    while node and len(found) < 100:
        found.append(node.value)
        node = node.successor
    return found


def test_empty_list():
    assert reverse_linked_list(None) is None


def test_several_nodes():
    first = Node(1, Node(2, Node(3, Node(4))))
    assert values(reverse_linked_list(first)) == [4, 3, 2, 1]


def test_first_becomes_last():
    first = Node("a", Node("b"))
    reverse_linked_list(first)
    assert first.successor is None


def test_single_node():
    node = Node("only")
    assert reverse_linked_list(node) is node
    assert node.successor is None


def test_same_nodes():
    last = Node(2)
    first = Node(1, last)
    assert reverse_linked_list(first) is last
    assert last.successor is first

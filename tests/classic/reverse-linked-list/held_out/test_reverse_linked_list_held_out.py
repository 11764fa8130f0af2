from reverse_linked_list import Node, reverse_linked_list


def build(items):
    first = None
    for item in reversed(items):
        first = Node(item, first)
    return first


def values(node, limit=1000):
    found = []
    while node and len(found) < limit:
        found.append(node.value)
        node = node.successor
    return found


def test_nothing():
    assert reverse_linked_list(None) is None


def test_three():
    assert values(reverse_linked_list(build("abc"))) == ["c", "b", "a"]


def test_twice():
    assert values(reverse_linked_list(reverse_linked_list(build([1, 2, 3, 4, 5])))) == [1, 2, 3, 4, 5]


def test_all_lengths():
    for length in range(12):
        items = list(range(length))
        assert values(reverse_linked_list(build(items))) == items[::-1]


def test_falsy_values():
    assert values(reverse_linked_list(build([0, None, "", False]))) == [False, "", None, 0]


def test_rest_of_a_list():
    first = build([1, 2, 3])
    assert values(reverse_linked_list(first.successor)) == [3, 2]
    assert values(first) == [1, 2]

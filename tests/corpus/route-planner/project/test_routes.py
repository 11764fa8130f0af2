from routes import Network


def make(*roads):
    net = Network()
    for a, b, length in roads:
        net.connect(a, b, length)
    return net


def test_direct():
    assert make(("A", "B", 5)).route("A", "B") == (5, ["A", "B"])


def test_detour_is_shorter():
    net = make(("A", "B", 10), ("A", "C", 3), ("C", "B", 4))
    assert net.route("A", "B") == (7, ["A", "C", "B"])


def test_no_route():
    assert make(("A", "B", 1), ("C", "D", 1)).route("A", "D") is None


def test_same_place():
    assert make(("A", "B", 1)).route("A", "A") == (0, ["A"])


def test_reachable():
    assert make(("A", "B", 1), ("B", "C", 1), ("X", "Y", 1)).reachable("A") == ["A", "B", "C"]

from routes import Network


def make(*roads):
    net = Network()
    for a, b, length in roads:
        net.connect(a, b, length)
    return net


def test_direct_road_beats_many_short_ones():
    net = make(("A", "Z", 6), ("A", "B", 3), ("B", "C", 3), ("C", "Z", 3))
    assert net.route("A", "Z") == (6, ["A", "Z"])


def test_long_line():
    net = make(*[(i, i + 1, i + 1) for i in range(20)])
    assert net.route(0, 20) == (210, list(range(21)))


def test_square():
    net = make(("A", "B", 1), ("B", "C", 5), ("A", "D", 4), ("D", "C", 1))
    assert net.route("A", "C") == (5, ["A", "D", "C"])


def test_symmetric_lengths():
    net = make(("A", "B", 2), ("B", "C", 2), ("A", "C", 5), ("C", "D", 1))
    assert net.route("A", "D")[0] == net.route("D", "A")[0] == 5


def test_zero_length_roads():
    net = make(("A", "B", 0), ("B", "C", 0), ("A", "C", 1))
    assert net.route("A", "C") == (0, ["A", "B", "C"])


def test_unknown_goal():
    assert make(("A", "B", 1)).route("A", "Q") is None


def test_unknown_start():
    assert Network().route("A", "B") is None

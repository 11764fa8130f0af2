from seating import count_seatings, first_seating, neighbours, seatings


def test_two_guests():
    assert list(seatings("ab")) == [("a", "b"), ("b", "a")]


def test_count():
    assert count_seatings("abcd") == 24


def test_impossible():
    assert first_seating("ab", [("a", "b")]) is None


def test_neighbours():
    assert neighbours(("a", "b", "c"), "b") == ["a", "c"]
    assert neighbours(("a", "b", "c"), "a") == ["b"]

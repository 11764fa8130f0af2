from seating import count_seatings, first_seating, neighbours, seatings


def test_nobody():
    assert list(seatings([])) == [()]


def test_one_guest():
    assert list(seatings(["x"])) == [("x",)]


def test_apart():
    assert list(seatings("abc", ["ab"])) == [("a", "c", "b"), ("b", "c", "a")]


def test_first():
    assert first_seating(["p", "q", "r"], [("p", "q")]) == ("p", "r", "q")


def test_count_with_apart():
    assert count_seatings("abcd", ["ab"]) == 12


def test_all_different():
    rows = list(seatings(range(5)))
    assert len(rows) == len(set(rows)) == 120


def test_impossible_three():
    assert count_seatings("abc", ["ab", "bc"]) == 0


def test_does_not_change_input():
    guests = ["a", "b"]
    list(seatings(guests))
    assert guests == ["a", "b"]

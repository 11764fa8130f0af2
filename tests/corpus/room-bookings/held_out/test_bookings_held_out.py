from bookings import Booking, Calendar


def test_cancelled_room_is_free():
    cal = Calendar()
    cal.cancel(cal.book("red", 9, 10))
    assert cal.book("red", 9, 10) is not None


def test_free_rooms():
    cal = Calendar()
    cal.book("red", 9, 12)
    assert cal.free_rooms(["red", "blue"], 10, 11) == ["blue"]
    assert cal.free_rooms(["red", "blue"], 12, 13) == ["red", "blue"]


def test_cancel_one_of_two():
    cal = Calendar()
    first = cal.book("red", 9, 10)
    cal.book("red", 10, 11)
    cal.cancel(first)
    assert cal.book("red", 9, 11) is None
    assert cal.book("red", 8, 10) is not None


def test_inner_and_outer_overlap():
    cal = Calendar()
    cal.book("red", 10, 14)
    assert cal.book("red", 11, 12) is None
    assert cal.book("red", 9, 15) is None


def test_conflicts_lists_only_own_room():
    cal = Calendar()
    a = cal.book("a", 1, 5)
    cal.book("b", 1, 5)
    assert cal.conflicts(Booking("a", 2, 3)) == [a]


def test_conflicts_skip_cancelled():
    cal = Calendar()
    a = cal.book("a", 1, 5)
    cal.cancel(a)
    assert cal.conflicts(Booking("a", 2, 3)) == []


def test_many_rooms_same_time():
    cal = Calendar()
    assert all(cal.book(str(i), 0, 1) for i in range(20))

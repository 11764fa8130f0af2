import pytest

from bookings import Booking, Calendar


def test_book():
    assert Calendar().book("red", 9, 10) == Booking("red", 9, 10)


def test_conflict():
    cal = Calendar()
    cal.book("red", 9, 11)
    assert cal.book("red", 10, 12) is None


def test_back_to_back():
    cal = Calendar()
    cal.book("red", 9, 10)
    assert cal.book("red", 10, 11) is not None


def test_other_room():
    cal = Calendar()
    cal.book("red", 9, 10)
    assert cal.book("blue", 9, 10) is not None


def test_empty_booking():
    with pytest.raises(ValueError):
        Calendar().book("red", 5, 5)


def test_cancel():
    cal = Calendar()
    cal.cancel(cal.book("red", 9, 10))
    assert cal.free_rooms(["red"], 9, 10) == ["red"]

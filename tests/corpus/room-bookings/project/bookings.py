"""Meeting room bookings."""
from dataclasses import dataclass


@dataclass
class Booking:
    room: str
    start: int
    end: int
    cancelled: bool = False


class Calendar:
    def __init__(self):
        self.bookings = []

    def conflicts(self, wanted):
        """Active bookings of the same room that overlap in time."""
        return [
            b
            for b in self.bookings
            if b.start < wanted.end and wanted.start < b.end
        ]

    def book(self, room, start, end):
        """Return the booking, or None if the room is taken."""
        if start >= end:
            raise ValueError("empty booking")
        wanted = Booking(room, start, end)
        if self.conflicts(wanted):
            return None
        self.bookings.append(wanted)
        return wanted

    def cancel(self, booking):
        booking.cancelled = True

    def free_rooms(self, rooms, start, end):
        return [r for r in rooms if not self.conflicts(Booking(r, start, end))]

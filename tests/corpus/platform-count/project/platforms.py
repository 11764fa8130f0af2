"""How many platforms does a station need?"""
import heapq
from typing import List, NamedTuple


class Train(NamedTuple):
    name: str
    arrival: int
    departure: int


def assign(trains: List[Train]):
    """Mapping of train name to platform, using the lowest free platform.

    A platform is free again at the minute of departure.
    """
    result = {}
    free: List[int] = []
    busy: List[tuple] = []
    used = 0
    for train in sorted(trains, key=lambda t: (t.arrival, t.departure)):
        if busy and busy[-1][0] <= train.arrival:
            heapq.heappush(free, busy.pop()[1])
        platform = heapq.heappop(free) if free else used + 1
        used = max(used, platform)
        busy.append((train.departure, platform))
        result[train.name] = platform
    return result


def needed(trains):
    return max(assign(trains).values(), default=0)


def busiest(trains):
    """Platform with the most trains, the lowest of equal ones."""
    platforms = list(assign(trains).values())
    return max(sorted(set(platforms)), key=platforms.count, default=None)

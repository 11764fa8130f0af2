"""Cheapest routes in a road network with an upper limit on stops."""
import heapq


class Network:
    def __init__(self):
        self.roads = {}

    def connect(self, a, b, length):
        """Add a road that can be used both ways."""
        self.roads.setdefault(a, {})[b] = length
        self.roads.setdefault(b, {})[a] = length

    def route(self, start, goal):
        """Return (length, [places]) of the shortest route; None if there is none."""
        queue = [(0, [start])]
        done = set()
        while queue:
            length, path = heapq.heappop(queue)
            place = path[-1]
            if place == goal:
                return length, path
            if place in done:
                continue
            done.add(place)
            for neighbour, step in self.roads.get(place, {}).items():
                total = length + step
                if neighbour not in done:
                    heapq.heappush(queue, (step, path + [neighbour]))
        return None

    def reachable(self, start):
        seen, todo = {start}, [start]
        while todo:
            for neighbour in self.roads.get(todo.pop(), {}):
                if neighbour not in seen:
                    seen.add(neighbour)
                    todo.append(neighbour)
        return sorted(seen)

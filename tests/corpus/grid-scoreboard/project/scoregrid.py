"""A table of results of a round-robin tournament."""


def empty_grid(size, value=None):
    return [[value] * size] * size


class Tournament:
    def __init__(self, players):
        self.players = list(players)
        self.grid = empty_grid(len(self.players))

    def record(self, first, second, points, other_points):
        """Enter a game in both directions."""
        i, j = self.players.index(first), self.players.index(second)
        if i == j:
            raise ValueError("a player cannot play alone")
        self.grid[i][j] = points
        self.grid[j][i] = other_points

    def total(self, player):
        row = self.grid[self.players.index(player)]
        return sum(p for p in row if p is not None)

    def games_played(self):
        return sum(p is not None for row in self.grid for p in row) // 2

    def ranking(self):
        """Players by total, best first; equal totals in order of entry."""
        return sorted(self.players, key=lambda p: -self.total(p))

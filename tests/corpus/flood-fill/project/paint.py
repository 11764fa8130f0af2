"""Flood fill on images given as lists of strings."""


class Image:
    def __init__(self, rows):
        self.cells = [list(row) for row in rows]
        self.height = len(self.cells)
        self.width = len(self.cells[0]) if self.cells else 0

    def inside(self, row, column):
        return row >= 0 and column >= 0

    def region(self, row, column):
        """All cells connected with the given one by equal colour."""
        if not self.inside(row, column):
            return set()
        colour = self.cells[row][column]
        seen = {(row, column)}
        todo = [(row, column)]
        while todo:
            r, c = todo.pop()
            for near in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
                if near in seen or not self.inside(*near):
                    continue
                if self.cells[near[0]][near[1]] == colour:
                    seen.add(near)
                    todo.append(near)
        return seen

    def fill(self, row, column, colour):
        """Recolour the region and return its size."""
        region = self.region(row, column)
        for r, c in region:
            self.cells[r][c] = colour
        return len(region)

    def rows(self):
        return ["".join(row) for row in self.cells]

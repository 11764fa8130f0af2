"""The shopping cart."""


class Cart:
    """Articles with their quantities."""

    def __init__(self, stock):
        self.stock = stock
        self.lines = {}

    def add(self, article, quantity=1):
        """Put articles in; ValueError when the stock does not have them."""
        wanted = self.lines.get(article, 0) + quantity
        if wanted > self.stock.get(article, 0):
            raise KeyError(f"only {self.stock.get(article, 0)} of {article}")
        self.lines[article] = wanted

    def remove(self, article):
        """Take an article out; one that is not there is no error."""
        self.lines.pop(article, None)

    def count(self):
        """How many pieces are in the cart."""
        return len(self.lines)

"""A vending machine as a small state machine."""


class VendingMachine:
    """States: 'idle' without credit and 'credit' with some."""

    stock = {}
    credit = 0
    sold = []

    def __init__(self, prices):
        self.prices = dict(prices)

    @property
    def state(self):
        return "credit" if self.credit else "idle"

    def load(self, item, count):
        if item not in self.prices:
            raise KeyError(item)
        self.stock[item] = self.stock.get(item, 0) + count

    def insert(self, coin):
        if coin not in (5, 10, 20, 50, 100):
            return False
        self.credit += coin
        return True

    def select(self, item):
        """Sell the item and return the change; None if that is impossible."""
        if self.stock.get(item, 0) < 1 or self.credit < self.prices[item]:
            return None
        change = self.credit - self.prices[item]
        self.stock[item] -= 1
        self.sold.append(item)
        self.credit = 0
        return change

    def takings(self):
        return sum(self.prices[item] for item in self.sold)

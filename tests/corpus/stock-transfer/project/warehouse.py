"""Stock levels of several warehouses."""
from collections import defaultdict


class OutOfStock(Exception):
    pass


class Inventory:
    def __init__(self):
        self.levels = defaultdict(lambda: defaultdict(int))
        self.log = []

    def receive(self, warehouse, sku, quantity):
        if quantity <= 0:
            raise ValueError("quantity must be positive")
        self.levels[warehouse][sku] += quantity
        self.log.append(("in", warehouse, sku, quantity))

    def ship(self, warehouse, sku, quantity):
        if self.levels[warehouse][sku] < quantity:
            raise OutOfStock("{} at {}".format(sku, warehouse))
        self.levels[warehouse][sku] -= quantity
        self.log.append(("out", warehouse, sku, quantity))

    def transfer(self, source, target, sku, quantity):
        self.ship(source, sku, quantity)
        self.levels[source][sku] += quantity
        self.log.append(("in", source, sku, quantity))

    def available(self, sku):
        """Total over all warehouses."""
        return sum(stock[sku] for stock in self.levels.values())

    def at(self, warehouse):
        return {sku: n for sku, n in self.levels[warehouse].items() if n}

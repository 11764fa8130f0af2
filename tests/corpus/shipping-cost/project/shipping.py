"""Shipping costs of orders; money in cents."""
from dataclasses import dataclass, field
from typing import List, Tuple

FREE_LIMIT = 5000
BASE = {"home": 490, "abroad": 1290}
PER_KILO = {"home": 50, "abroad": 200}


@dataclass
class Order:
    country: str = "home"
    items: List[Tuple[str, int, int]] = field(default_factory=list)

    def add(self, name, price, grams):
        self.items.append((name, price, grams))
        return self

    @property
    def value(self):
        return sum(price for _, price, _ in self.items)

    @property
    def kilos(self):
        """Started kilograms."""
        return -(-sum(grams for _, _, grams in self.items) // 1000)


def shipping(order):
    """Free at home from the limit upwards and for empty orders."""
    if not order.items:
        return 0
    if order.value >= FREE_LIMIT:
        return 0
    return BASE[order.country] + PER_KILO[order.country] * order.kilos


def total(order):
    return order.value + shipping(order)

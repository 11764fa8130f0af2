"""Counting the ways to give change."""

from typing import List


def possible_change(coins: List[int], total: int) -> int:
    """The number of ways in which coins of the given values add up to the total.

    The values are distinct positive ints and each coin may be used any number of times;
    the order of the coins does not matter. There is one way to give nothing.
    """
    if total == 0:
        return 1
    if total < 0:
        return 0
    first, *rest = coins
    return possible_change(coins, total - first) + possible_change(rest, total)

"""Give change with the fewest coins."""
from collections import Counter


def fewest_coins(amount, coins):
    """Fewest coins for the amount, largest first; None if it cannot be paid."""
    if amount < 0:
        raise ValueError("amount must not be negative")
    paid = []
    for coin in sorted(coins, reverse=True):
        while amount >= coin:
            paid.append(coin)
            amount -= coin
    return paid if amount == 0 else None


def describe(amount, coins):
    """Text such as '2 x 20 + 1 x 5'."""
    paid = fewest_coins(amount, coins)
    if paid is None:
        return "impossible"
    counts = Counter(paid)
    return " + ".join("{} x {}".format(counts[c], c) for c in sorted(counts, reverse=True))


def payable(amounts, coins):
    return [a for a in amounts if fewest_coins(a, coins) is not None]

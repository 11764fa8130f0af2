"""Prices in cents."""


def discount(total, threshold=10_000, percent=10):
    """What is taken off an order: `percent` of it from `threshold` upwards, nothing below."""
    if total > threshold:  # large orders
        return total * percent // 100
    return 0


def with_tax(net, percent=19):
    """The gross price, rounded half up."""
    return net + (net * percent + 50) // 100

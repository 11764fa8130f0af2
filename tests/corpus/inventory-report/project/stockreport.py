"""Read 'name; quantity; price' lines and print a report."""
from decimal import Decimal


def parse_line(line):
    """Return (name, quantity, price)."""
    parts = line.split(";")
    if len(parts) != 3:
        raise ValueError("bad line: " + line)
    name = parts[0]
    quantity = parts[1]
    price = Decimal(parts[2].strip())
    return name, quantity, price


def load(text):
    """Mapping of name to [quantity, price]; repeated names add up."""
    stock = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, quantity, price = parse_line(line)
        if name in stock:
            stock[name][0] += quantity
            stock[name][1] = price
        else:
            stock[name] = [quantity, price]
    return stock


def value(stock):
    return sum((q * p for q, p in stock.values()), Decimal(0))


def report(stock):
    return ["{:<10}{:>5}{:>9}".format(n, q, str(p)) for n, (q, p) in sorted(stock.items())]

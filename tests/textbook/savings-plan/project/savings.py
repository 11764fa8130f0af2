"""Savings accounts with yearly interest."""


def simple_interest(principal, rate, years):
    """The interest alone, when it is paid out each year."""
    return principal * rate * years


def compound_balance(principal, rate, years):
    """The balance after some years of compound interest."""
    if years < 0:
        raise ValueError("years must not be negative")
    return principal * (1 + rate * years)


def years_to_reach(principal, rate, goal):
    """Whole years until the balance with compound interest is at least goal."""
    if rate <= 0 and principal < goal:
        raise ValueError("the goal is never reached")
    years = 0
    while compound_balance(principal, rate, years) < goal:
        years += 1
    return years


def statement(principal, rate, years):
    """The balance at the end of each year, rounded to cents."""
    return [round(compound_balance(principal, rate, year), 2) for year in range(1, years + 1)]

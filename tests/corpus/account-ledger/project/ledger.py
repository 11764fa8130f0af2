"""Bank accounts with an overdraft limit."""


class InsufficientFunds(Exception):
    pass


class Account:
    def __init__(self, owner, balance=0, overdraft=0):
        self.owner = owner
        self.balance = balance
        self.overdraft = overdraft
        self.history = []

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("amount must be positive")
        self.balance += amount
        self.history.append(amount)

    def withdraw(self, amount):
        if amount <= 0:
            raise ValueError("amount must be positive")
        self.balance -= amount
        self.history.append(-amount)
        if self.balance + self.overdraft < amount:
            raise InsufficientFunds(self.owner)


def transfer(source, target, amount):
    """All or nothing."""
    source.withdraw(amount)
    target.deposit(amount)


def statement(account):
    """Running balances, starting with the one before the first entry."""
    balance = account.balance - sum(account.history)
    lines = [balance]
    for change in account.history:
        balance += change
        lines.append(balance)
    return lines

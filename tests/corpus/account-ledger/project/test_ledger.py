import pytest

from ledger import Account, InsufficientFunds, statement, transfer


def test_deposit():
    account = Account("Ann", 10)
    account.deposit(5)
    assert account.balance == 15


def test_withdraw():
    account = Account("Ann", 100)
    account.withdraw(30)
    assert account.balance == 70 and account.history == [-30]


def test_rejected_withdrawal():
    account = Account("Ann", 10)
    with pytest.raises(InsufficientFunds):
        account.withdraw(11)
    assert account.balance == 10


def test_bad_amount():
    with pytest.raises(ValueError):
        Account("Ann").deposit(0)


def test_statement():
    account = Account("Ann", 5)
    account.deposit(10)
    account.withdraw(3)
    assert statement(account) == [5, 15, 12]

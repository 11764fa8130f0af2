import pytest

from ledger import Account, InsufficientFunds, statement, transfer


def test_whole_balance():
    account = Account("Ann", 10)
    account.withdraw(10)
    assert account.balance == 0


def test_more_than_half():
    account = Account("Ann", 10)
    account.withdraw(8)
    assert account.balance == 2


def test_overdraft():
    account = Account("Ann", 10, overdraft=20)
    account.withdraw(30)
    assert account.balance == -20
    with pytest.raises(InsufficientFunds):
        account.withdraw(1)
    assert account.balance == -20


def test_rejected_leaves_no_history():
    account = Account("Ann")
    with pytest.raises(InsufficientFunds):
        account.withdraw(1)
    assert account.history == [] and statement(account) == [0]


def test_failed_transfer():
    a, b = Account("A", 5), Account("B", 1)
    with pytest.raises(InsufficientFunds):
        transfer(a, b, 6)
    assert (a.balance, b.balance) == (5, 1)


def test_transfer():
    a, b = Account("A", 5), Account("B", 1)
    transfer(a, b, 5)
    assert (a.balance, b.balance) == (0, 6)


def test_retry_after_deposit():
    account = Account("Ann")
    with pytest.raises(InsufficientFunds):
        account.withdraw(50)
    account.deposit(50)
    account.withdraw(50)
    assert account.history == [50, -50]


def test_negative_withdrawal():
    with pytest.raises(ValueError):
        Account("Ann", 5).withdraw(-1)

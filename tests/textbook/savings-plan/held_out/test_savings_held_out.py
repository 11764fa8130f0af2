import pytest

from savings import compound_balance, statement, years_to_reach


def test_doubling_each_year():
    assert compound_balance(3, 1, 5) == 96


def test_half():
    assert compound_balance(16, 0.5, 4) == 81


def test_no_interest():
    assert compound_balance(250, 0, 12) == 250


def test_loss():
    assert compound_balance(80, -0.5, 3) == 10


def test_statement():
    assert statement(2000, 0.03, 4) == [2060, 2121.8, 2185.45, 2251.02]


def test_years_to_reach():
    assert years_to_reach(100, 0.1, 300) == 12
    assert years_to_reach(500, 0.1, 400) == 0


def test_never():
    with pytest.raises(ValueError):
        years_to_reach(100, 0, 200)

import pytest

from savings import compound_balance, simple_interest, statement, years_to_reach


def test_simple_interest():
    assert simple_interest(1000, 0.5, 3) == 1500


def test_first_year():
    assert round(compound_balance(1000, 0.05, 1), 2) == 1050
    assert compound_balance(1000, 0.05, 0) == 1000


def test_compound():
    assert round(compound_balance(1000, 0.05, 2), 2) == 1102.5
    assert round(compound_balance(1000, 0.05, 10), 2) == 1628.89


def test_statement():
    assert statement(100, 0.1, 3) == [110, 121, 133.1]


def test_doubling():
    assert years_to_reach(100, 0.07, 200) == 11


def test_negative_years():
    with pytest.raises(ValueError):
        compound_balance(100, 0.1, -1)

import pytest

from change import describe, fewest_coins, payable

EURO = [1, 2, 5, 10, 20, 50]


def test_euro():
    assert fewest_coins(88, EURO) == [50, 20, 10, 5, 2, 1]


def test_nothing():
    assert fewest_coins(0, EURO) == []


def test_impossible():
    assert fewest_coins(3, [2, 10]) is None


def test_odd_coins():
    assert fewest_coins(6, [1, 3, 4]) == [3, 3]


def test_describe():
    assert describe(45, EURO) == "2 x 20 + 1 x 5"


def test_negative():
    with pytest.raises(ValueError):
        fewest_coins(-1, EURO)

import pytest

from vending import VendingMachine

PRICES = {"tea": 80, "gum": 30}


def test_insert():
    m = VendingMachine(PRICES)
    assert m.state == "idle"
    assert m.insert(50) and not m.insert(3)
    assert m.credit == 50 and m.state == "credit"


def test_select():
    m = VendingMachine(PRICES)
    m.load("tea", 1)
    m.insert(100)
    assert m.select("tea") == 20
    assert m.state == "idle"


def test_new_machine_is_empty():
    other = VendingMachine(PRICES)
    other.load("gum", 5)
    m = VendingMachine(PRICES)
    m.insert(50)
    assert m.select("gum") is None


def test_unknown_item():
    with pytest.raises(KeyError):
        VendingMachine(PRICES).load("cola", 1)

import pytest

from warehouse import Inventory, OutOfStock


def make():
    inv = Inventory()
    inv.receive("north", "bolt", 10)
    inv.receive("south", "nut", 4)
    return inv


def test_receive():
    assert make().at("north") == {"bolt": 10}


def test_ship():
    inv = make()
    inv.ship("north", "bolt", 4)
    assert inv.at("north") == {"bolt": 6}


def test_transfer():
    inv = make()
    inv.transfer("north", "south", "bolt", 3)
    assert inv.at("south") == {"nut": 4, "bolt": 3}


def test_transfer_without_stock():
    with pytest.raises(OutOfStock):
        make().transfer("south", "north", "bolt", 1)


def test_available():
    assert make().available("bolt") == 10


def test_transfer_is_logged():
    inv = make()
    inv.transfer("north", "south", "bolt", 1)
    assert inv.log[-2:] == [("out", "north", "bolt", 1), ("in", "south", "bolt", 1)]

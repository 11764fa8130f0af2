import pytest

from warehouse import Inventory, OutOfStock


def test_transfer_reduces_source():
    inv = Inventory()
    inv.receive("a", "x", 5)
    inv.transfer("a", "b", "x", 5)
    assert inv.at("a") == {}
    assert inv.at("b") == {"x": 5}


def test_transfer_keeps_total():
    inv = Inventory()
    inv.receive("a", "x", 5)
    inv.transfer("a", "b", "x", 2)
    assert inv.available("x") == 5


def test_transfer_log():
    inv = Inventory()
    inv.receive("a", "x", 5)
    inv.transfer("a", "b", "x", 2)
    assert inv.log == [("in", "a", "x", 5), ("out", "a", "x", 2), ("in", "b", "x", 2)]


def test_transfer_chain():
    inv = Inventory()
    inv.receive("a", "x", 9)
    inv.transfer("a", "b", "x", 6)
    inv.transfer("b", "c", "x", 4)
    assert [inv.at(w).get("x", 0) for w in "abc"] == [3, 2, 4]


def test_transfer_and_back():
    inv = Inventory()
    inv.receive("a", "x", 3)
    inv.transfer("a", "b", "x", 3)
    inv.transfer("b", "a", "x", 3)
    assert inv.at("a") == {"x": 3}


def test_failed_transfer_changes_nothing():
    inv = Inventory()
    inv.receive("a", "x", 1)
    with pytest.raises(OutOfStock):
        inv.transfer("a", "b", "x", 2)
    assert inv.at("a") == {"x": 1} and inv.at("b") == {}


def test_receive_rejects_zero():
    with pytest.raises(ValueError):
        Inventory().receive("a", "x", 0)

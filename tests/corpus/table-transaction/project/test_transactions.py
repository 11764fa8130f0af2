import pytest

from transactions import Table, apply_all


def put(key, value):
    return lambda table: table.set(key, value)


def drop(key):
    return lambda table: table.delete(key)


def test_change():
    table = Table()
    table.atomically(put("a", 1))
    assert table.rows == {"a": 1} and table.commits == 1


def test_error_is_raised():
    with pytest.raises(KeyError):
        Table().atomically(drop("missing"))


def test_result():
    assert Table({"a": 5}).atomically(lambda t: t.rows["a"]) == 5


def test_manual_rollback():
    table = Table({"a": 1})
    table.begin()
    table.set("a", 2)
    table.rollback()
    assert table.rows == {"a": 1} and table.depth == 0

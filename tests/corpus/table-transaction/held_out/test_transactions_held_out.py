import pytest

from transactions import Table, apply_all


def put(key, value):
    return lambda table: table.set(key, value)


def drop(key):
    return lambda table: table.delete(key)


def test_undone_and_raised():
    table = Table({"a": 1})

    def change(t):
        t.set("b", 2)
        t.delete("a")
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        table.atomically(change)
    assert table.rows == {"a": 1} and table.depth == 0 and table.commits == 0


def test_apply_all():
    table = Table()
    apply_all(table, [put("a", 1), put("b", 2), drop("a")])
    assert table.rows == {"b": 2}


def test_apply_all_undoes_everything():
    table = Table({"x": 0})
    with pytest.raises(KeyError):
        apply_all(table, [put("a", 1), drop("nope"), put("b", 2)])
    assert table.rows == {"x": 0} and table.depth == 0


def test_later_changes_are_not_run():
    ran = []
    with pytest.raises(KeyError):
        apply_all(Table(), [drop("a"), lambda t: ran.append(1)])
    assert ran == []


def test_usable_after_failure():
    table = Table()
    with pytest.raises(KeyError):
        table.atomically(drop("a"))
    table.atomically(put("a", 3))
    assert table.rows == {"a": 3} and table.commits == 1


def test_same_exception_object():
    error = RuntimeError("x")

    def change(t):
        raise error

    with pytest.raises(RuntimeError) as info:
        Table().atomically(change)
    assert info.value is error


def test_change_without_result():
    assert Table().atomically(lambda t: None) is None


def test_handled_inner_failure():
    table = Table()

    def outer(t):
        t.set("a", 1)
        try:
            t.atomically(drop("zzz"))
        except KeyError:
            t.set("failed", True)

    table.atomically(outer)
    assert table.rows == {"a": 1, "failed": True}

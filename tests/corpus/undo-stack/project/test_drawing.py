import pytest

from drawing import Drawing


def test_add():
    d = Drawing()
    d.add("line")
    d.add("disc")
    assert d.shapes == ["line", "disc"]


def test_undo_add():
    d = Drawing()
    d.add("line")
    assert d.undo()
    assert d.shapes == []


def test_undo_clear():
    d = Drawing()
    d.add("line")
    d.clear()
    d.undo()
    assert d.shapes == ["line"]


def test_nothing_to_undo():
    assert not Drawing().undo()


def test_remove_missing():
    with pytest.raises(ValueError):
        Drawing().remove("x")

from drawing import Drawing


def test_undo_remove():
    d = Drawing()
    d.add("a")
    d.add("b")
    d.remove("a")
    d.undo()
    assert d.shapes == ["a", "b"]


def test_undo_step_by_step():
    d = Drawing()
    for shape in "abc":
        d.add(shape)
    seen = [list(d.shapes)]
    while d.undo():
        seen.append(list(d.shapes))
    assert seen == [["a", "b", "c"], ["a", "b"], ["a"], []]


def test_redo():
    d = Drawing()
    d.add("a")
    d.add("b")
    d.undo()
    d.undo()
    assert d.redo() and d.shapes == ["a"]
    assert d.redo() and d.shapes == ["a", "b"]
    assert not d.redo()


def test_add_after_undo():
    d = Drawing()
    d.add("a")
    d.undo()
    d.add("b")
    assert d.shapes == ["b"]
    assert not d.redo()


def test_redo_then_edit_then_undo():
    d = Drawing()
    d.add("a")
    d.undo()
    d.redo()
    d.add("b")
    d.undo()
    assert d.shapes == ["a"]


def test_clear_and_back():
    d = Drawing()
    d.add("a")
    d.clear()
    d.add("b")
    d.undo()
    d.undo()
    assert d.shapes == ["a"]


def test_nothing_to_redo():
    d = Drawing()
    d.add("a")
    assert not d.redo()

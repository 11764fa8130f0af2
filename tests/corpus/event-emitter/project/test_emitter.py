from emitter import Emitter


def test_emit():
    e = Emitter()
    e.on("add", lambda a, b: a + b)
    assert e.emit("add", 2, 3) == [5]


def test_unknown_event():
    assert Emitter().emit("nothing") == []


def test_off():
    e = Emitter()
    handler = e.on("*", str)
    e.off("*", handler)
    assert e.emit("*", 1) == []


def test_on_returns_handler():
    assert Emitter().on("x", len) is len


def test_wildcard_event_itself():
    e = Emitter()
    e.on("*", str)
    assert e.emit("*", 1) == ["1"]

from emitter import Emitter


def test_wildcard_after_named():
    e = Emitter()
    e.on("*", lambda x: "any")
    e.on("x", lambda x: "x")
    assert e.emit("x", 0) == ["x", "any"]


def test_two_wildcards():
    e = Emitter()
    e.on("*", lambda: 1)
    e.on("*", lambda: 2)
    assert e.emit("y") == [1, 2]


def test_handlers_is_flat():
    e = Emitter()
    e.on("a", len)
    e.on("*", str)
    assert e.handlers("a") == [len, str]


def test_handlers_returns_copy():
    e = Emitter()
    e.on("a", len)
    e.handlers("a").clear()
    assert e.handlers("a") == [len]


def test_once():
    e = Emitter()
    e.once("a", lambda: 7)
    assert e.emit("a") == [7]
    assert e.emit("a") == []


def test_off_unknown():
    e = Emitter()
    e.off("a", len)
    assert e.handlers("a") == []


def test_once_wildcard():
    e = Emitter()
    e.once("*", lambda: 3)
    assert [e.emit("p"), e.emit("q")] == [[3], []]

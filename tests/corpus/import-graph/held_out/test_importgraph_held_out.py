from importgraph import ImportGraph, direct_imports


def test_diamond():
    graph = ImportGraph({"a": "import b\nimport c", "b": "import d", "c": "import d", "d": ""})
    assert graph.closure("a") == ["b", "d", "c"]


def test_self_import():
    assert ImportGraph({"a": "import a"}).closure("a") == []


def test_long_cycle():
    names = ["m%d" % i for i in range(30)]
    graph = ImportGraph({n: "import m%d" % ((i + 1) % 30) for i, n in enumerate(names)})
    assert graph.closure("m0") == names[1:]


def test_no_sources():
    assert ImportGraph({}).closure("x") == []


def test_unknown_is_part_of_closure():
    assert ImportGraph({"a": "import q"}).closure("a") == ["q"]


def test_complete_graph():
    names = list("abcdef")
    text = "\n".join("import " + n for n in names)
    graph = ImportGraph({n: text for n in names})
    assert graph.closure("c") == ["a", "b", "d", "e", "f"]


def test_repeated_calls():
    graph = ImportGraph({"a": "from b import x", "b": ""})
    assert graph.closure("a") == graph.closure("a") == ["b"]

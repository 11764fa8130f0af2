from importgraph import ImportGraph, direct_imports


def test_direct():
    assert direct_imports("import os\nfrom re import sub\nimport os\n") == ["os", "re"]


def test_chain():
    graph = ImportGraph({"a": "import b", "b": "import c", "c": ""})
    assert graph.closure("a") == ["b", "c"]


def test_cycle():
    graph = ImportGraph({"a": "import b", "b": "import a"})
    assert graph.closure("a") == ["b"]


def test_unknown():
    assert ImportGraph({"a": "import zlib"}).unknown() == ["zlib"]


def test_depends_on():
    graph = ImportGraph({"a": "import b", "b": "import c", "c": ""})
    assert graph.depends_on("a", "c") and not graph.depends_on("c", "a")

from logparser import LogParser, summarise


def test_counts():
    assert LogParser().parse("info: a\nerror: b\ninfo: c") == {"info": 2, "error": 1}


def test_errors():
    parser = LogParser()
    parser.parse("[db]\nerror: lost\n")
    assert parser.errors == [("db", "lost")]


def test_unknown_level():
    assert LogParser().parse("hello there") == {"info": 1}


def test_second_text():
    parser = LogParser()
    parser.parse("error: x")
    assert parser.parse("info: y") == {"info": 1}


def test_empty():
    assert LogParser().parse("") == {}


def test_parser_starts_afresh():
    parser = LogParser()
    parser.parse("[db]\nerror: lost")
    kept = parser.errors
    parser.parse("error: again")
    assert parser.errors == [("main", "again")]
    assert kept == [("db", "lost")]

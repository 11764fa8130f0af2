from logparser import LogParser, summarise


def test_section_is_reset():
    parser = LogParser()
    parser.parse("[net]\ninfo: up")
    parser.parse("error: early")
    assert parser.errors == [("main", "early")]


def test_summarise():
    texts = ["error: a", "[s]\nerror: b\nerror: c", "info: d", "error: e"]
    assert summarise(texts) == [
        [("main", "a")], [("s", "b"), ("s", "c")], [], [("main", "e")]]


def test_same_text_twice():
    parser = LogParser()
    text = "[a]\ndebug: 1\nerror: 2"
    first = dict(parser.parse(text))
    assert parser.parse(text) == first
    assert parser.errors == [("a", "2")]


def test_earlier_counts_stay():
    parser = LogParser()
    first = parser.parse("info: a")
    parser.parse("info: b\ninfo: c")
    assert first == {"info": 1}


def test_earlier_errors_stay():
    parser = LogParser()
    parser.parse("error: a")
    kept = parser.errors
    parser.parse("info: b")
    assert kept == [("main", "a")]


def test_empty_after_full():
    parser = LogParser()
    parser.parse("[z]\nerror: a")
    assert parser.parse("") == {}
    assert parser.errors == [] and parser.section == "main"


def test_case_of_level():
    assert LogParser().parse("ERROR: x\nWarning: y") == {"error": 1, "warning": 1}


def test_two_parsers():
    one, two = LogParser(), LogParser()
    one.parse("error: a")
    assert two.errors == [] and two.counts == {}

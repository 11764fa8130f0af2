from globmatch import matches, select


def test_plain():
    assert matches("a.txt", "a.txt") and not matches("a.txt", "b.txt")


def test_question_mark():
    assert matches("a?c", "abc") and not matches("a?c", "ac")


def test_suffix():
    assert matches("*.py", "main.py")


def test_repeated_start_of_suffix():
    assert matches("*.tar.gz", "lib.tar.tar.gz")


def test_no_match():
    assert not matches("*.py", "main.pyc")


def test_select():
    assert select(["*", "!b*"], ["a1", "b1", "c"]) == ["a1", "c"]

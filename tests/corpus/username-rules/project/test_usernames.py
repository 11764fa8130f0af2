from usernames import is_valid, problems, suggest


def test_good():
    assert is_valid("maria_7")


def test_too_short():
    assert problems("ab") == ["length"]


def test_too_long():
    assert problems("a" * 13) == ["length"]


def test_reserved():
    assert problems("root") == ["reserved"]


def test_characters():
    assert problems("a-b-c") == ["characters"]


def test_suggest():
    assert suggest("Bob", {"bob"}) == "bob1"


def test_empty_has_no_start():
    assert "start" in problems("")

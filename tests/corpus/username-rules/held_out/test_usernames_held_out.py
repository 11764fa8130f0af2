from usernames import is_valid, problems, suggest


def test_length_limits():
    assert is_valid("a" * 12)
    assert is_valid("abc")


def test_very_long():
    assert problems("x" * 100) == ["length"]


def test_empty():
    assert problems("") == ["length", "start"]


def test_digit_start():
    assert problems("7up") == ["start"]


def test_several_problems():
    assert problems("Long Name With Blanks") == ["length", "start", "characters"]


def test_underscore_start():
    assert problems("_abc") == ["start"]


def test_suggest_short():
    assert suggest("Jo") == "jox"


def test_suggest_reserved():
    assert suggest("Admin", {"admin1"}) == "admin2"


def test_suggest_long():
    assert suggest("Bartholomew the Great", {"bartholom"}) == "bartholom1"

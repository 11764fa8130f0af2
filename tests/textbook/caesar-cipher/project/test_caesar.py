from caesar import all_shifts, decrypt, encrypt, rot13


def test_without_wrap():
    assert encrypt("abc", 3) == "def"
    assert encrypt("Hello", 1) == "ifmmp"


def test_wrap_around():
    assert encrypt("xyz", 3) == "abc"
    assert encrypt("zebra", 5) == "ejgwf"


def test_other_characters():
    assert encrypt("a b, c!", 2) == "c d, e!"


def test_decrypt():
    assert decrypt("abc", 3) == "xyz"


def test_rot13():
    assert rot13("python") == "clguba"


def test_all_shifts():
    assert "attack" in all_shifts("buubdl")

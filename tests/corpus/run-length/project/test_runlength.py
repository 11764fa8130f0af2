from runlength import decode, encode, longest_run, runs


def test_encode():
    assert encode("aaab") == "3a1b"


def test_decode():
    assert decode("12x1y") == "x" * 12 + "y"


def test_empty():
    assert encode("") == "" and decode("") == ""


def test_longest():
    assert longest_run("abbbcc") == ("b", 3)


def test_longest_empty():
    assert longest_run("") is None

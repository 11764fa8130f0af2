import string

from caesar import all_shifts, decrypt, encrypt, rot13


def test_alphabet():
    assert encrypt(string.ascii_lowercase, 1) == "bcdefghijklmnopqrstuvwxyza"
    assert encrypt(string.ascii_lowercase, 25) == "zabcdefghijklmnopqrstuvwxy"


def test_large_shift():
    assert encrypt("maze", 26) == "maze"
    assert encrypt("maze", 29) == "pdch"


def test_negative_shift():
    assert encrypt("bad", -3) == "yxa"


def test_round_trip():
    for shift in range(-30, 60, 7):
        assert decrypt(encrypt("the quick brown fox", shift), shift) == "the quick brown fox"


def test_rot13_twice():
    assert rot13(rot13("jump over")) == "jump over"


def test_all_shifts_are_letters():
    assert len(set(all_shifts("y"))) == 26
    assert all(text.isalpha() and text.isascii() for text in all_shifts("wxyz"))

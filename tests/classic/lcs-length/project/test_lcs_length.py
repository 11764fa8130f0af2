from lcs_length import lcs_length


def test_word_in_sentence():
    assert lcs_length("planet", "airplane") == 5


def test_same_word():
    assert lcs_length("tree", "streets") == 4


def test_nothing_in_common():
    assert lcs_length("fun", "zebra") == 0


def test_single_letter():
    assert lcs_length("abc", "cde") == 1


def test_repeated_letter():
    assert lcs_length("aaa", "ba") == 1
    assert lcs_length("ssss", "ss") == 2


def test_empty():
    assert lcs_length("", "abc") == 0

from globmatch import matches, select


def test_suffix_begins_inside():
    assert matches("*aab", "aaab")


def test_two_stars():
    assert matches("*ab*cd", "aabxccd")
    assert not matches("*ab*cd", "acdb")


def test_last_character_occurs_often():
    assert matches("m*i", "mississippi")


def test_dots():
    assert select(["*.min.js"], ["a.min.js", "b.v1.min.js", "c.js"]) == ["a.min.js", "b.v1.min.js"]


def test_star_matches_nothing():
    assert matches("ab*", "ab") and matches("*", "") and matches("a**b", "ab")


def test_question_marks_after_star():
    assert matches("*??", "xyz") and not matches("*??", "x")


def test_empty():
    assert matches("", "") and not matches("", "a") and not matches("?", "")


def test_long_name_fails_quickly():
    assert not matches("*a*a*a*b", "a" * 60)


def test_select_removes_and_adds():
    names = ["a.b.c", "a.c", "b.c"]
    assert select(["*.c", "!*.b.c", "a.*"], names) == ["a.c", "b.c", "a.b.c"]


def test_against_all_splits():
    text = "abcabcabd"
    for i in range(len(text)):
        for j in range(i, len(text) + 1):
            assert matches("*" + text[i:j] + "*", text)
            assert matches(text[:i] + "*" + text[j:], text)

from levenshtein import levenshtein


def test_one_is_empty():
    assert levenshtein("", "abc") == 3
    assert levenshtein("ab", "") == 2


def test_equal():
    assert levenshtein("winter", "winter") == 0


def test_replace():
    assert levenshtein("spoon", "spook") == 1


def test_nothing_in_common():
    assert levenshtein("abc", "xyz") == 3


def test_insert_and_delete():
    assert levenshtein("kiln", "kitten") == 3
    assert levenshtein("saturday", "sunday") == 3


def test_both_empty():
    assert levenshtein("", "") == 0

from longest_common_subsequence import longest_common_subsequence


def test_common_letters():
    assert longest_common_subsequence("breadcrumb", "red club") == "redcub"


def test_nothing_in_common():
    assert longest_common_subsequence("abc", "xyz") == ""


def test_empty():
    assert longest_common_subsequence("", "abc") == ""


def test_repeated_letter():
    assert longest_common_subsequence("aaa", "a") == "a"
    assert longest_common_subsequence("balloon", "saloon") == "aloon"


def test_equal():
    assert longest_common_subsequence("summer", "summer") == "summer"


def test_contained():
    assert longest_common_subsequence("1-2-3-4", "1234") == "1234"

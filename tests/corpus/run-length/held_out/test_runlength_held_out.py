from runlength import decode, encode, longest_run, runs


def test_single_char():
    assert runs("z") == [("z", 1)]


def test_one_long_run():
    assert encode("k" * 25) == "25k"


def test_alternating():
    assert runs("abab") == [("a", 1), ("b", 1), ("a", 1), ("b", 1)]


def test_three_runs():
    assert encode("aabbbc") == "2a3b1c"


def test_round_trip():
    for text in ("", "a", "aa", "ab", "  xx  ", "mississippi", "w" * 100 + "b"):
        assert decode(encode(text)) == text


def test_longest_is_first_of_equal():
    assert longest_run("aabb") == ("a", 2)


def test_longest_at_end():
    assert longest_run("abccc") == ("c", 3)


def test_lengths_sum():
    text = "aaabccddddd"
    assert sum(n for _, n in runs(text)) == len(text)

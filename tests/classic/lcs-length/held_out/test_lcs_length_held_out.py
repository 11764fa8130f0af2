from itertools import product

from lcs_length import lcs_length


def brute(s, t):
    parts = {s[i:j] for i in range(len(s)) for j in range(i + 1, len(s) + 1)}
    return max((len(part) for part in parts if part in t), default=0)


def test_both_empty():
    assert lcs_length("", "") == 0


def test_identical():
    assert lcs_length("recurrence", "recurrence") == 10


def test_gap_ends_the_run():
    assert lcs_length("abcxdef", "abcdef") == 3


def test_symmetric():
    assert lcs_length("xxabyy", "abab") == lcs_length("abab", "xxabyy") == 2


def test_double_letter():
    assert lcs_length("aa", "a") == 1
    assert lcs_length("a", "aa") == 1


def test_brute_force():
    words = ["".join(w) for n in range(5) for w in product("ab", repeat=n)]
    for s in words:
        for t in words:
            assert lcs_length(s, t) == brute(s, t)

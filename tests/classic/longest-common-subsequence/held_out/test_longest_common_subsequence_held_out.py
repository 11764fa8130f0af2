from itertools import combinations, product

from longest_common_subsequence import longest_common_subsequence


def subsequences(word):
    return {"".join(c) for n in range(len(word) + 1) for c in combinations(word, n)}


def test_both_empty():
    assert longest_common_subsequence("", "") == ""


def test_double_letter_in_the_first():
    assert longest_common_subsequence("ll", "l") == "l"


def test_double_letter_in_the_second():
    assert longest_common_subsequence("l", "ll") == "l"


def test_words():
    assert longest_common_subsequence("northern", "orient") == "oren"


def test_brute_force():
    words = ["".join(w) for n in range(5) for w in product("ab", repeat=n)]
    for a in words:
        for b in words:
            common = subsequences(a) & subsequences(b)
            found = longest_common_subsequence(a, b)
            assert found in common
            assert len(found) == max(map(len, common))

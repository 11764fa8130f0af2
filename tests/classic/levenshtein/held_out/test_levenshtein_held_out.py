from itertools import product

from levenshtein import levenshtein


def by_table(s, t):
    row = list(range(len(t) + 1))
    for i, a in enumerate(s, start=1):
        new = [i]
        for j, b in enumerate(t, start=1):
            new.append(min(new[-1] + 1, row[j] + 1, row[j - 1] + (a != b)))
        row = new
    return row[-1]


def test_single_letters():
    assert levenshtein("a", "a") == 0
    assert levenshtein("a", "b") == 1


def test_prefix():
    assert levenshtein("micro", "microscope") == 5


def test_words():
    assert levenshtein("flaw", "lawn") == 2
    assert levenshtein("kitten", "sitting") == 3


def test_symmetric():
    assert levenshtein("abcd", "badc") == levenshtein("badc", "abcd") == 3


def test_brute_force():
    words = ["".join(w) for n in range(5) for w in product("ab", repeat=n)]
    for s in words:
        for t in words:
            assert levenshtein(s, t) == by_table(s, t)

from itertools import permutations

from next_permutation import next_permutation


def test_two_items():
    assert next_permutation([1, 2]) == [2, 1]
    assert next_permutation([2, 1]) is None


def test_new_list():
    perm = [1, 2, 3]
    following = next_permutation(perm)
    assert following == [1, 3, 2] and perm == [1, 2, 3]


def test_letters():
    assert next_permutation(list("bdca")) == list("cabd")


def test_gaps_between_the_items():
    assert next_permutation([10, 40, 30, 20]) == [20, 10, 30, 40]


def test_whole_sequence():
    for length in range(1, 6):
        perm = list(range(length))
        for expected in permutations(range(length)):
            assert perm == list(expected)
            perm = next_permutation(perm)
        assert perm is None

from next_permutation import next_permutation


def test_swap_at_the_end():
    assert next_permutation([1, 2, 3]) == [1, 3, 2]


def test_longer_tail():
    assert next_permutation([2, 1, 4, 3]) == [2, 3, 1, 4]
    assert next_permutation([1, 4, 3, 2]) == [2, 1, 3, 4]


def test_smallest_larger_item():
    assert next_permutation([1, 4, 6, 5, 3, 2]) == [1, 5, 2, 3, 4, 6]


def test_last_permutation():
    assert next_permutation([4, 3, 2, 1]) is None


def test_too_short():
    assert next_permutation([]) is None
    assert next_permutation([1]) is None


def test_input_is_kept():
    perm = [1, 3, 2]
    next_permutation(perm)
    assert perm == [1, 3, 2]

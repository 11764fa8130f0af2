from max_sublist_sum import max_sublist_sum


def test_empty():
    assert max_sublist_sum([]) == 0


def test_all_positive():
    assert max_sublist_sum([1, 2, 3]) == 6


def test_all_negative():
    assert max_sublist_sum([-2, -1, -3]) == 0


def test_negative_start():
    assert max_sublist_sum([-4, 3, 2]) == 5


def test_inner_part():
    assert max_sublist_sum([6, -9, 4, 3, -2, 5]) == 10
    assert max_sublist_sum([2, -8, 1, 7, -3, 6, -20, 9]) == 11


def test_bridged_loss():
    assert max_sublist_sum([5, -2, 6, -20]) == 9

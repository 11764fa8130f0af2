from find_first_in_sorted import find_first_in_sorted

NUMBERS = [2, 6, 9, 9, 9, 14]


def test_first_of_many():
    assert find_first_in_sorted(NUMBERS, 9) == 2


def test_ends():
    assert find_first_in_sorted(NUMBERS, 2) == 0
    assert find_first_in_sorted(NUMBERS, 14) == 5


def test_all_equal():
    assert find_first_in_sorted([7, 7, 7], 7) == 0


def test_too_large():
    assert find_first_in_sorted(NUMBERS, 15) == -1


def test_empty_list():
    assert find_first_in_sorted([], 5) == -1


def test_too_small_and_in_a_gap():
    assert find_first_in_sorted(NUMBERS, 1) == -1
    assert find_first_in_sorted([1, 3, 5, 7], 4) == -1

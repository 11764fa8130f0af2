from bucketsort import bucketsort


def test_nothing_to_sort():
    assert bucketsort([], 14) == []


def test_distinct_values():
    assert bucketsort([8, 0, 6, 13, 4], 14) == [0, 4, 6, 8, 13]


def test_repeated_values():
    assert bucketsort([5, 1, 5, 3, 1, 1], 7) == [1, 1, 1, 3, 5, 5]


def test_zeros():
    assert bucketsort([0, 0, 1, 0], 2) == [0, 0, 0, 1]


def test_input_is_kept():
    values = [4, 1, 3]
    bucketsort(values, 5)
    assert values == [4, 1, 3]


def test_single_bucket():
    assert bucketsort([0], 1) == [0]

from mergesort import merge, mergesort


def test_empty():
    assert mergesort([]) == []


def test_merge():
    assert merge([1, 4, 6], [2, 4]) == [1, 2, 4, 4, 6]
    assert merge([], [3]) == [3]


def test_one_item():
    assert mergesort([5]) == [5]


def test_two_items():
    assert mergesort([2, 1]) == [1, 2]


def test_many():
    assert mergesort([5, 2, 9, 1, 5, 6, 0]) == [0, 1, 2, 5, 5, 6, 9]


def test_input_is_kept():
    arr = [3, 1, 2]
    assert mergesort(arr) == [1, 2, 3]
    assert arr == [3, 1, 2]

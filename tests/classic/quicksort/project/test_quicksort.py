from quicksort import quicksort


def test_empty():
    assert quicksort([]) == []


def test_distinct_items():
    assert quicksort([14, 3, 50, 8, 27]) == [3, 8, 14, 27, 50]


def test_descending():
    assert quicksort([5, 4, 3, 2, 1]) == [1, 2, 3, 4, 5]


def test_equal_items():
    assert quicksort([3, 1, 3, 2, 1]) == [1, 1, 2, 3, 3]
    assert quicksort([7, 7, 7]) == [7, 7, 7]


def test_input_is_kept():
    arr = [3, 1, 2]
    quicksort(arr)
    assert arr == [3, 1, 2]

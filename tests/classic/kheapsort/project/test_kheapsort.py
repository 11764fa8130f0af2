from kheapsort import kheapsort


def test_two_places_away():
    assert list(kheapsort([30, 10, 20, 50, 60, 40], 2)) == [10, 20, 30, 40, 50, 60]


def test_neighbours_swapped():
    assert list(kheapsort([2, 1, 4, 3, 6, 5], 1)) == [1, 2, 3, 4, 5, 6]


def test_sorted_already():
    assert list(kheapsort([1, 2, 3], 0)) == [1, 2, 3]


def test_k_as_long_as_the_list():
    assert list(kheapsort([5, 4, 3, 2, 1], 5)) == [1, 2, 3, 4, 5]


def test_empty():
    assert list(kheapsort([], 3)) == []


def test_equal_items():
    assert list(kheapsort([1, 1, 0, 1, 2, 1], 2)) == [0, 1, 1, 1, 1, 2]

from bubble import bubble_sort, is_sorted, largest


def test_is_sorted():
    assert is_sorted([1, 2, 2, 5])
    assert not is_sorted([2, 1])


def test_already_sorted():
    assert bubble_sort([1, 2, 3]) == [1, 2, 3]
    assert bubble_sort([]) == []


def test_sort():
    assert bubble_sort([5, 1, 4, 2, 8]) == [1, 2, 4, 5, 8]
    assert bubble_sort([3, 2, 1]) == [1, 2, 3]


def test_words():
    assert bubble_sort(["pear", "apple", "fig"]) == ["apple", "fig", "pear"]


def test_largest():
    assert largest([4, 9, 7, 1], 2) == [9, 7]

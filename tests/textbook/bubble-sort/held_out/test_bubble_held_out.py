from bubble import bubble_sort, is_sorted, largest


def test_pair():
    assert bubble_sort([2, 1]) == [1, 2]


def test_repeated():
    assert bubble_sort([3, 1, 3, 2, 1]) == [1, 1, 2, 3, 3]


def test_descending():
    assert bubble_sort(range(20, 0, -1)) == list(range(1, 21))


def test_negative():
    assert bubble_sort([0, -5, 3, -1]) == [-5, -1, 0, 3]


def test_input_is_unchanged():
    values = [3, 1, 2]
    assert bubble_sort(values) == [1, 2, 3]
    assert values == [3, 1, 2]


def test_like_the_library():
    values = [(i * 37) % 23 for i in range(23)]
    assert bubble_sort(values) == sorted(values)
    assert is_sorted(bubble_sort(values))


def test_largest():
    assert largest([10, 30, 20], 5) == [30, 20, 10]

from fibonacci import fibonacci, first_fibonacci, story_points


def test_second():
    assert fibonacci(2) == 1


def test_large():
    assert fibonacci(30) == 832040
    assert fibonacci(90) == 2880067194370816120


def test_recurrence():
    for n in range(20):
        assert fibonacci(n) + fibonacci(n + 1) == fibonacci(n + 2)


def test_none():
    assert first_fibonacci(0) == []


def test_sum():
    assert sum(first_fibonacci(12)) == fibonacci(13) - 1


def test_story_points_between():
    assert story_points(60) == [1, 2, 3, 5, 8, 13, 21, 34, 55]

import statistics

from latency import median, slow_share, summary


def test_two_samples():
    assert median([3, 4]) == 3.5
    assert median([9, 1]) == 5


def test_six_samples():
    assert median([60, 10, 50, 20, 40, 30]) == 35


def test_equal_samples():
    assert median([8, 8, 8, 8]) == 8


def test_like_the_library():
    samples = [31, 4, 15, 92, 65, 35, 89, 79, 32, 38]
    for n in range(1, 11):
        assert median(samples[:n]) == statistics.median(samples[:n])


def test_input_is_unchanged():
    samples = [3, 1, 2]
    median(samples)
    assert samples == [3, 1, 2]


def test_slow_share_of_none():
    assert slow_share([1, 2], 5) == 0


def test_summary():
    assert summary([1, 2, 2, 4, 100, 200]) == {"min": 1, "median": 3, "max": 200}

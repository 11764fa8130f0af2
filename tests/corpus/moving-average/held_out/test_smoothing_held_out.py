from smoothing import MovingAverage, exponential, smooth


def test_size_one():
    assert smooth([5, -2, 9], 1) == [5, -2, 9]


def test_constant_series():
    assert smooth([4] * 50, 7) == [4] * 50


def test_negative_values():
    assert smooth([-2, -4, -6, -8], 2) == [-2, -3, -5, -7]


def test_long_series():
    result = smooth(range(100), 10)
    assert result[-1] == 94.5
    assert result[20] == 15.5


def test_clear_after_moving():
    average = MovingAverage(2)
    for v in (1, 2, 3, 4):
        average.push(v)
    average.clear()
    assert [average.push(v) for v in (10, 20, 30)] == [10, 15, 25]


def test_spike_leaves_the_window():
    assert smooth([0, 0, 90, 0, 0, 0], 3) == [0, 0, 30, 30, 30, 0]


def test_empty():
    assert smooth([], 3) == [] and exponential([], 0.1) == []

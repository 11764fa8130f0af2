from stats import mean, spread, summary


def test_mean():
    assert mean([1, 2, 6]) == 3
    assert mean([]) is None


def test_odd():
    assert spread([3, 1, 2]) == (2, 1.0)


def test_even():
    assert spread([1, 1, 3, 3])[0] == 2


def test_empty():
    assert spread([]) == (None, None)


def test_summary():
    assert summary([2, 4, 6]) == "n=3 mean=4.00 median=4.00 sd=2.00"


def test_one_value():
    assert spread([5]) == (5, None)

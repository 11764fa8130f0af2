from stats import mean, spread, summary


def test_single():
    assert spread([7]) == (7, None)


def test_single_zero():
    assert spread([0]) == (0, None)


def test_summary_empty():
    assert summary([]) == "n=0 mean=n/a median=n/a sd=n/a"


def test_summary_single():
    assert summary([1.5], 1) == "n=1 mean=1.5 median=1.5 sd=n/a"


def test_summary_of_generator():
    assert summary(x for x in (5,)) == "n=1 mean=5.00 median=5.00 sd=n/a"


def test_two_values():
    assert spread([1, 3]) == (2, 2 ** 0.5)


def test_equal_values():
    assert spread([4, 4, 4, 4]) == (4, 0.0)


def test_input_not_sorted_in_place():
    values = [3, 1, 2]
    spread(values)
    assert values == [3, 1, 2]

import statistics

from spread import mean, standard_deviation, variance, z_score


def test_all_the_same():
    assert variance([7, 7, 7]) == 0


def test_one_value():
    assert variance([3]) == 0


def test_like_the_library():
    values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
    assert round(variance(values), 9) == round(statistics.pvariance(values), 9)
    assert round(standard_deviation(values), 9) == round(statistics.pstdev(values), 9)


def test_scaled():
    assert variance([10, 30]) == 100 * variance([1, 3]) == 100


def test_negative():
    assert variance([-3, 3]) == 9
    assert standard_deviation([-3, 3]) == 3


def test_z_score():
    assert z_score(-4, [0, 8]) == -2
    assert z_score(mean([1, 5]), [1, 5]) == 0

"""Mean and spread of measured values."""
import math


def mean(values):
    """The arithmetic mean."""
    if not values:
        raise ValueError("no values")
    return sum(values) / len(values)


def variance(values):
    """The population variance: the mean of the squared deviations from the mean."""
    m = mean(values)
    return sum(x * x for x in values) / len(values)


def standard_deviation(values):
    """The square root of the variance."""
    return math.sqrt(variance(values))


def value_range(values):
    """Difference of the largest and the smallest value."""
    return max(values) - min(values)


def z_score(value, values):
    """How many standard deviations the value is above the mean."""
    return (value - mean(values)) / standard_deviation(values)

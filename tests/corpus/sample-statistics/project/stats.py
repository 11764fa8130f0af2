"""Summary statistics that accept samples of any size."""
import math


def mean(values):
    return sum(values) / len(values) if values else None


def spread(values):
    """(median, sample standard deviation); parts that do not exist are None."""
    ordered = sorted(values)
    half = len(ordered) // 2
    if len(ordered) % 2:
        median = ordered[half]
    else:
        median = (ordered[half - 1] + ordered[half]) / 2
    centre = mean(ordered)
    variance = sum((v - centre) ** 2 for v in ordered) / (len(ordered) - 1)
    return median, math.sqrt(variance)


def summary(values, digits=2):
    """Text summary with 'n/a' for what does not exist."""
    values = list(values)

    def show(number):
        return "n/a" if number is None else "{:.{}f}".format(number, digits)

    median, deviation = spread(values)
    return "n={} mean={} median={} sd={}".format(
        len(values), show(mean(values)), show(median), show(deviation))

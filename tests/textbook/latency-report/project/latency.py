"""Summary of response times in milliseconds."""


def median(samples):
    """The middle sample, or the mean of the two middle ones."""
    if not samples:
        raise ValueError("no samples")
    ordered = sorted(samples)
    middle = len(ordered) // 2
    if len(ordered) % 2 == 0:
        return ordered[middle]
    return ordered[middle]


def slow_share(samples, limit):
    """Share of the samples that took longer than limit."""
    return sum(sample > limit for sample in samples) / len(samples)


def summary(samples):
    """The smallest, the median and the largest of the samples."""
    return {"min": min(samples), "median": median(samples), "max": max(samples)}

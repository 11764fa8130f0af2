"""Closed integer intervals written as (start, end) pairs."""


def normalise(interval):
    start, end = interval
    if start > end:
        start, end = end, start
    return (start, end)


def merge(intervals):
    """Merge intervals that overlap or share an end point."""
    merged = []
    for start, end in sorted(normalise(i) for i in intervals):
        if merged and start < merged[-1][1]:
            last_start, last_end = merged[-1]
            merged[-1] = (last_start, max(last_end, end))
        else:
            merged.append((start, end))
    return merged


def covered_length(intervals):
    """Total length of the line that is covered at least once."""
    return sum(end - start for start, end in merge(intervals))


def contains(intervals, point):
    return any(start <= point <= end for start, end in merge(intervals))


def gaps(intervals):
    """The uncovered stretches between the merged intervals."""
    merged = merge(intervals)
    return [(a[1], b[0]) for a, b in zip(merged, merged[1:])]

"""Collect rows and write them in batches."""


class MemorySink:
    """Records each batch that is written."""

    def __init__(self):
        self.batches = []

    def write(self, rows):
        self.batches.append(list(rows))


def write_all(rows, sink, size):
    """Write rows in batches of at most size; return the number of batches."""
    if size < 1:
        raise ValueError("size must be positive")
    batch = []
    count = 0
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            sink.write(batch)
            batch = []
            count += 1
        if batch:
            sink.write(batch)
            count += 1
    return count


def total_rows(sink):
    return sum(len(batch) for batch in sink.batches)


def sizes(sink):
    return [len(batch) for batch in sink.batches]

"""Generators for cutting streams into pieces."""


def split_stream(pieces, separator="\n"):
    """Yield the records of text that arrives in arbitrary pieces."""
    buffer = ""
    for piece in pieces:
        buffer += piece
        while separator in buffer:
            index = buffer.index(separator)
            yield buffer[:index]
            buffer = buffer[index + 1:]
    if buffer:
        yield buffer


def chunked(items, size):
    """Yield lists of at most size items."""
    if size < 1:
        raise ValueError("size must be positive")
    chunk = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def records(pieces, separator="\n", comment="#"):
    """Stripped records without comments and blanks."""
    for record in split_stream(pieces, separator):
        record = record.strip()
        if record and not record.startswith(comment):
            yield record

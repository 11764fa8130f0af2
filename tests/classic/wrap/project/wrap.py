"""Breaking text into lines."""

from typing import List


def wrap(text: str, cols: int) -> List[str]:
    """The lines of a text, each with at most cols characters.

    A line is broken before a space if there is one in reach and after cols characters
    otherwise. No character is dropped: the lines put together give the text.
    """
    if cols < 1:
        raise ValueError("cols must be positive")
    lines = []
    while len(text) > cols:
        end = text.rfind(" ", 0, cols + 1)
        if end <= 0:
            end = cols
        line, text = text[:end], text[end:]
        lines.append(line)
    return lines

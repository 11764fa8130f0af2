"""Run-length coding such as 'aaab' <-> '3a1b'."""


def runs(text):
    """List of (character, length) for each run."""
    result = []
    current = None
    length = 0
    for char in text:
        if char == current:
            length += 1
            continue
        if current is not None:
            result.append((current, length))
        current = char
    return result


def encode(text):
    return "".join("{}{}".format(length, char) for char, length in runs(text))


def decode(code):
    result = []
    number = ""
    for char in code:
        if char.isdigit():
            number += char
        else:
            result.append(char * int(number))
            number = ""
    return "".join(result)


def longest_run(text):
    """(character, length) of the first longest run; None for empty text."""
    return max(runs(text), key=lambda run: run[1], default=None)

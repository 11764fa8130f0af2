"""Roman numerals for the page numbers of a preface."""

VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def is_roman(text):
    """True if the text has nothing but letters of roman numerals."""
    return bool(text) and all(letter in VALUES for letter in text)


def roman_to_int(text):
    """The number; a smaller letter before a larger one is subtracted."""
    if not is_roman(text):
        raise ValueError("not a roman numeral: {}".format(text))
    total = 0
    for i in range(len(text)):
        if text[i:] in ("IV", "IX"):
            total -= VALUES[text[i]]
        else:
            total += VALUES[text[i]]
    return total


def sort_pages(pages):
    """Sort page numbers such as ['X', 'IV'] by value."""
    return sorted(pages, key=roman_to_int)

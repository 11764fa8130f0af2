"""Finds palindromes in texts."""


def only_letters(text):
    """The letters of the text in lower case."""
    return "".join(char for char in text.lower() if char.isalpha())


def is_palindrome(text):
    """True if the letters read the same forwards and backwards."""
    letters = only_letters(text)
    if not letters:
        return False
    return letters[0] == letters[-1]


def find_palindromes(words):
    """The words of at least three letters that are palindromes."""
    return [word for word in words if len(word) >= 3 and is_palindrome(word)]


def longest_palindrome(words):
    """The longest palindrome among the words, or None."""
    return max(find_palindromes(words), key=len, default=None)

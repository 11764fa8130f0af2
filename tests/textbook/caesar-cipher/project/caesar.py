"""The Caesar cipher for lower case letters."""


def encrypt(text, shift):
    """Shift every letter from a to z by shift places, going round from z to a."""
    letters = []
    for letter in text.lower():
        if "a" <= letter <= "z":
            letters.append(chr(ord(letter) + shift))
        else:
            letters.append(letter)
    return "".join(letters)


def decrypt(text, shift):
    """The opposite of encrypt."""
    return encrypt(text, -shift)


def rot13(text):
    """Shift by half of the alphabet."""
    return encrypt(text, 13)


def all_shifts(text):
    """The 26 possible plain texts of an encrypted text."""
    return [decrypt(text, shift) for shift in range(26)]

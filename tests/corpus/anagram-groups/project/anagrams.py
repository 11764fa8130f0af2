"""Find anagrams in word lists."""
from collections import defaultdict


def letters(word):
    return [c for c in word if c.isalpha()]


def signature(word):
    """Equal for words that are anagrams, ignoring case and punctuation."""
    return "".join(letters(word))


def groups(words, smallest=2):
    """Groups of anagrams, each and all in order of first appearance."""
    by_signature = defaultdict(list)
    for word in words:
        group = by_signature[signature(word)]
        if word not in group:
            group.append(word)
    return [group for group in by_signature.values() if len(group) >= smallest]


def are_anagrams(first, second):
    """A word is not an anagram of itself."""
    if first.lower() == second.lower():
        return False
    return signature(first) == signature(second)


def partners(word, words):
    return [other for other in words if are_anagrams(word, other)]

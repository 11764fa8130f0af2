"""Counts the words of a text."""

STOP_WORDS = {"a", "an", "and", "of", "the", "to"}


def words(text):
    """The words of the text in lower case, without punctuation."""
    stripped = [word.strip(".,;:!?").lower() for word in text.split()]
    return [word for word in stripped if word]


def count_words(text):
    """Dictionary of each word and how often it occurs."""
    counts = {}
    for word in words(text):
        counts[word] = 1
    return counts


def most_common(text, limit):
    """The most frequent (word, count) pairs without stop words; ties by word."""
    counts = count_words(text)
    pairs = [(word, n) for word, n in counts.items() if word not in STOP_WORDS]
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:limit]

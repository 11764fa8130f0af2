"""The edit distance of two strings."""


def levenshtein(source: str, target: str) -> int:
    """The least number of inserted, deleted and replaced letters that turns source into target."""
    if source == "" or target == "":
        return len(source) or len(target)
    elif source[0] == target[0]:
        return 1 + levenshtein(source[1:], target[1:])
    else:
        return 1 + min(
            levenshtein(source, target[1:]),
            levenshtein(source[1:], target[1:]),
            levenshtein(source[1:], target),
        )

"""The longest common subsequence of two strings."""


def longest_common_subsequence(a: str, b: str) -> str:
    """A longest string whose letters occur in both strings in the same order.

    The letters need not be neighbours. Of several longest ones any may be given.
    """
    if not a or not b:
        return ""
    elif a[0] == b[0]:
        return a[0] + longest_common_subsequence(a[1:], b)
    else:
        return max(
            longest_common_subsequence(a, b[1:]),
            longest_common_subsequence(a[1:], b),
            key=len,
        )

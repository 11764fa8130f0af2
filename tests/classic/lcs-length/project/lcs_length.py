"""The longest common substring."""

from collections import Counter


def lcs_length(s: str, t: str) -> int:
    """The length of the longest string that is a contiguous part of both strings."""
    run = Counter()  # length of the common part that ends at the two places
    for i in range(len(s)):
        for j in range(len(t)):
            if s[i] == t[j]:
                run[i, j] = run[i - 1, j] + 1
    return max(run.values()) if run else 0

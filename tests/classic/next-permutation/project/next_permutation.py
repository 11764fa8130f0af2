"""Permutations in the order of the dictionary."""

from typing import List, Optional


def next_permutation(perm: List[int]) -> Optional[List[int]]:
    """The permutation of distinct items that follows in lexicographic order.

    The result is a new list, or None if the given permutation is the last one.
    """
    for i in range(len(perm) - 2, -1, -1):
        if perm[i] < perm[i + 1]:
            for j in range(len(perm) - 1, i, -1):
                if perm[j] < perm[i]:
                    following = list(perm)
                    following[i], following[j] = perm[j], perm[i]
                    following[i + 1:] = reversed(following[i + 1:])
                    return following
    return None

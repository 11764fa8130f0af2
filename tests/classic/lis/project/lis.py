"""The longest increasing subsequence."""

from typing import List


def lis(arr: List[int]) -> int:
    """The length of the longest strictly increasing subsequence of a list of distinct ints."""
    ends = {}  # length: index of the smallest item that ends such a subsequence
    longest = 0
    for i, value in enumerate(arr):
        extensible = [n for n in range(1, longest + 1) if arr[ends[n]] < value]
        length = max(extensible, default=0)
        if length == longest or value < arr[ends[length + 1]]:
            ends[length + 1] = i
            longest = length + 1
    return longest

"""Numbers that read the same in both directions."""

from typing import List


def next_palindrome(digit_list: List[int]) -> List[int]:
    """The digits of the next larger palindrome; the given digits must be a palindrome too."""
    digits = list(digit_list)
    right = len(digits) // 2
    left = (len(digits) - 1) // 2
    while left >= 0 and right < len(digits):
        if digits[right] == 9:
            digits[right] = digits[left] = 0
            right += 1
            left -= 1
        else:
            digits[right] += 1
            digits[left] = digits[right]
            return digits
    return [1] + len(digits) * [0] + [1]

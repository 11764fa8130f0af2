from next_palindrome import next_palindrome


def test_middle_digit():
    assert next_palindrome([1, 2, 1]) == [1, 3, 1]


def test_two_middle_digits():
    assert next_palindrome([1, 2, 2, 1]) == [1, 3, 3, 1]


def test_carry():
    assert next_palindrome([2, 7, 9, 7, 2]) == [2, 8, 0, 8, 2]
    assert next_palindrome([3, 9, 9, 3]) == [4, 0, 0, 4]


def test_all_nines():
    assert next_palindrome([9, 9, 9]) == [1, 0, 0, 1]
    assert next_palindrome([9, 9]) == [1, 0, 1]


def test_single_digits():
    assert next_palindrome([3]) == [4]
    assert next_palindrome([9]) == [1, 1]


def test_input_is_kept():
    digits = [4, 7, 4]
    next_palindrome(digits)
    assert digits == [4, 7, 4]

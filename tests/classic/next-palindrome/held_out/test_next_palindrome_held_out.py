from next_palindrome import next_palindrome


def as_digits(number):
    return [int(c) for c in str(number)]


def test_zero():
    assert next_palindrome([0]) == [1]


def test_single_nine():
    assert next_palindrome([9]) == [1, 1]


def test_many_nines():
    for length in range(2, 9):
        assert next_palindrome([9] * length) == as_digits(10 ** length + 1)


def test_outer_nines():
    assert next_palindrome([9, 0, 9]) == [9, 1, 9]
    assert next_palindrome([9, 8, 9, 8, 9]) == [9, 9, 0, 9, 9]


def test_walk_through_all_palindromes():
    digits = [0]
    palindromes = [n for n in range(1, 12000) if str(n) == str(n)[::-1]]
    for n in palindromes:
        digits = next_palindrome(digits)
        assert digits == as_digits(n)

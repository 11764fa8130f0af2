from palindromes import find_palindromes, is_palindrome, longest_palindrome


def test_same_ends():
    assert not is_palindrome("window")
    assert not is_palindrome("trumpet")
    assert not is_palindrome("abcdba")


def test_one_letter():
    assert is_palindrome("x")


def test_even_and_odd():
    assert is_palindrome("abba")
    assert is_palindrome("abcba")


def test_sentences():
    assert is_palindrome("Was it a car or a cat I saw?")
    assert not is_palindrome("Was it a car or a cat we saw?")


def test_empty():
    assert not is_palindrome("")


def test_find():
    assert find_palindromes(["madam", "maximum", "kayak", "kick", "kiosk"]) == ["madam", "kayak"]


def test_longest():
    assert longest_palindrome(["pop", "estate", "rotor"]) == "rotor"

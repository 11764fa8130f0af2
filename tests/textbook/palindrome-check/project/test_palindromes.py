from palindromes import find_palindromes, is_palindrome, longest_palindrome, only_letters


def test_only_letters():
    assert only_letters("No, it is!") == "noitis"


def test_palindromes():
    assert is_palindrome("level")
    assert is_palindrome("A man, a plan, a canal: Panama")


def test_not_palindromes():
    assert not is_palindrome("python")
    assert not is_palindrome("river")
    assert not is_palindrome("abca")


def test_no_letters():
    assert not is_palindrome("12!")


def test_find():
    assert find_palindromes(["noon", "neon", "stats", "status", "aa"]) == ["noon", "stats"]


def test_longest():
    assert longest_palindrome(["eye", "racecar", "regular"]) == "racecar"
    assert longest_palindrome(["cat"]) is None

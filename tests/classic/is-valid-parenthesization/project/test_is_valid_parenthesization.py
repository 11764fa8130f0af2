from is_valid_parenthesization import is_valid_parenthesization


def test_nested_and_in_a_row():
    assert is_valid_parenthesization("(())(()())") is True


def test_closed_too_early():
    assert is_valid_parenthesization("())(") is False


def test_one_too_many_closed():
    assert is_valid_parenthesization("(()))") is False


def test_left_open():
    assert is_valid_parenthesization("((") is False
    assert is_valid_parenthesization("(()") is False


def test_empty():
    assert is_valid_parenthesization("") is True

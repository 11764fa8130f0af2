from possible_change import possible_change


def test_nothing_to_give():
    assert possible_change([1, 5], 0) == 1


def test_no_coins():
    assert possible_change([], 4) == 0


def test_negative_total():
    assert possible_change([1, 2], -7) == 0


def test_one_coin():
    assert possible_change([4], 12) == 1
    assert possible_change([4], 10) == 0


def test_two_coins():
    assert possible_change([1, 2], 4) == 3


def test_american_coins():
    assert possible_change([1, 5, 10, 25], 16) == 6
    assert possible_change([1, 5, 10, 25, 50], 50) == 50

from change import describe, fewest_coins, payable

EURO = [1, 2, 5, 10, 20, 50]


def test_old_english_coins():
    assert fewest_coins(48, [1, 3, 6, 12, 24, 30]) == [24, 24]


def test_payable_only_without_largest():
    assert fewest_coins(6, [2, 5]) == [2, 2, 2]


def test_mixed():
    assert fewest_coins(63, [1, 10, 21, 25]) == [21, 21, 21]


def test_number_of_coins():
    coins = [1, 7, 10]
    assert [len(fewest_coins(a, coins)) for a in (14, 15, 20, 21, 28)] == [2, 3, 2, 3, 4]


def test_sum_is_right():
    for amount in range(0, 60):
        assert sum(fewest_coins(amount, [1, 5, 8, 13])) == amount


def test_describe_odd():
    assert describe(12, [1, 6, 9]) == "2 x 6"
    assert describe(1, [2]) == "impossible"


def test_payable():
    assert payable(range(1, 13), [4, 7]) == [4, 7, 8, 11, 12]


def test_order_of_coins_is_irrelevant():
    assert fewest_coins(30, [10, 1, 25]) == [10, 10, 10]


def test_no_coins():
    assert fewest_coins(0, []) == [] and fewest_coins(4, []) is None

from itertools import product

from possible_change import possible_change


def test_nothing_with_nothing():
    assert possible_change([], 0) == 1


def test_order_of_the_coins():
    assert possible_change([10, 5, 1], 11) == possible_change([1, 5, 10], 11) == 4


def test_coins_too_large():
    assert possible_change([20, 50], 10) == 0


def test_odd_total():
    assert possible_change([2, 4, 6], 15) == 0


def test_input_is_kept():
    coins = [2, 3]
    assert possible_change(coins, 6) == 2
    assert coins == [2, 3]


def test_brute_force():
    for coins in ([1], [3, 1], [2, 5], [1, 2, 5], [3, 4, 7]):
        for total in range(16):
            counts = [range(total // c + 1) for c in coins]
            expected = sum(
                sum(n * c for n, c in zip(chosen, coins)) == total for chosen in product(*counts)
            )
            assert possible_change(coins, total) == expected

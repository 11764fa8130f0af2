from knapsack import knapsack


def test_room_left():
    assert knapsack(20, [(13, 9), (9, 7), (6, 4), (4, 3), (15, 8)]) == 14


def test_no_items():
    assert knapsack(10, []) == 0


def test_too_heavy():
    assert knapsack(4, [(5, 100), (3, 7)]) == 7


def test_exact_fit():
    assert knapsack(5, [(5, 12)]) == 12


def test_exact_sum():
    assert knapsack(10, [(4, 40), (6, 30), (7, 50)]) == 70
    assert knapsack(6, [(2, 3), (2, 3), (2, 3)]) == 9


def test_only_once():
    assert knapsack(9, [(4, 10)]) == 10

from gcd import gcd


def test_both_zero():
    assert gcd(0, 0) == 0


def test_one():
    assert gcd(1, 99) == 1 and gcd(99, 1) == 1


def test_order_does_not_matter():
    assert gcd(123456, 7890) == gcd(7890, 123456) == 6


def test_large():
    assert gcd(2 ** 60, 6 ** 20) == 2 ** 20


def test_brute_force():
    for a in range(1, 30):
        for b in range(1, 30):
            best = max(d for d in range(1, 30) if a % d == 0 and b % d == 0)
            assert gcd(a, b) == best

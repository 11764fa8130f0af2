from shop.pricing import discount, with_tax


def test_no_discount_below_the_threshold():
    assert discount(9_999) == 0


def test_discount_starts_at_the_threshold():
    assert discount(10_000) == 1_000


def test_discount_above_the_threshold():
    assert discount(25_000) == 2_500


def test_own_threshold():
    assert discount(500, threshold=300, percent=20) == 100


def test_tax_is_rounded():
    assert with_tax(99) == 118

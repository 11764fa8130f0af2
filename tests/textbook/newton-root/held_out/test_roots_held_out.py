from roots import fourth_root, is_square, square_root


def test_root_of_three():
    assert round(square_root(3), 6) == 1.732051


def test_below_one():
    assert round(square_root(0.25), 9) == 0.5
    assert round(square_root(0.01), 9) == 0.1


def test_large():
    assert round(square_root(10 ** 10), 4) == 100000


def test_square_of_root():
    for number in range(1, 50):
        assert round(square_root(number) ** 2, 6) == number


def test_squares():
    assert [n for n in range(50) if is_square(n)] == [0, 1, 4, 9, 16, 25, 36, 49]


def test_fourth_root():
    assert round(fourth_root(625), 9) == 5

import pytest

from bit_sizes import check_texture, count_ones, is_power_of_two, next_power_of_two


def test_up_to_hundred():
    assert [n for n in range(-4, 101) if is_power_of_two(n)] == [1, 2, 4, 8, 16, 32, 64]


def test_all_powers():
    assert all(is_power_of_two(2 ** k) for k in range(40))


def test_neighbours():
    for k in range(3, 40):
        assert not is_power_of_two(2 ** k - 2)
        assert not is_power_of_two(2 ** k + 2)


def test_one_bit():
    for n in range(1, 200):
        assert is_power_of_two(n) == (count_ones(n) == 1)


def test_next():
    assert [next_power_of_two(n) for n in (0, 1, 2, 3, 9, 33, 1000)] == [1, 1, 2, 4, 16, 64, 1024]


def test_texture_of_one_pixel():
    check_texture(1, 1)
    with pytest.raises(ValueError):
        check_texture(96, 64)

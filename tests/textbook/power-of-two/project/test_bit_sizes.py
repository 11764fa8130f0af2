import pytest

from bit_sizes import check_texture, count_ones, is_power_of_two, next_power_of_two


def test_powers():
    assert is_power_of_two(1)
    assert is_power_of_two(2)
    assert is_power_of_two(64)


def test_not_powers():
    assert not is_power_of_two(0)
    assert not is_power_of_two(3)
    assert not is_power_of_two(6)
    assert not is_power_of_two(100)


def test_negative():
    assert not is_power_of_two(-8)


def test_next():
    assert next_power_of_two(5) == 8
    assert next_power_of_two(17) == 32
    assert next_power_of_two(16) == 16


def test_count_ones():
    assert count_ones(13) == 3


def test_texture():
    check_texture(256, 512)
    with pytest.raises(ValueError):
        check_texture(256, 300)

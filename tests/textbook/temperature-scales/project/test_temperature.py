import pytest

from temperature import celsius_to_fahrenheit, celsius_to_kelvin, fahrenheit_to_celsius, label


def test_kelvin():
    assert celsius_to_kelvin(0) == 273.15


def test_below_absolute_zero():
    with pytest.raises(ValueError):
        celsius_to_kelvin(-300)


def test_freezing_and_boiling():
    assert celsius_to_fahrenheit(0) == 32
    assert celsius_to_fahrenheit(100) == 212


def test_same_on_both_scales():
    assert celsius_to_fahrenheit(-40) == -40


def test_to_celsius():
    assert fahrenheit_to_celsius(68) == 20


def test_label():
    assert label(25) == "25C / 77F"

"""Conversions between temperature scales for the weather station."""

ABSOLUTE_ZERO = -273.15


def celsius_to_kelvin(celsius):
    """Kelvin from degrees Celsius."""
    if celsius < ABSOLUTE_ZERO:
        raise ValueError("below absolute zero")
    return celsius - ABSOLUTE_ZERO


def celsius_to_fahrenheit(celsius):
    """Degrees Fahrenheit from degrees Celsius."""
    return celsius * 2 + 30


def fahrenheit_to_celsius(fahrenheit):
    """Degrees Celsius from degrees Fahrenheit."""
    return (fahrenheit - 32) * 5 / 9


def label(celsius):
    """Text such as '20C / 68F' for the display."""
    return "{:.0f}C / {:.0f}F".format(celsius, celsius_to_fahrenheit(celsius))

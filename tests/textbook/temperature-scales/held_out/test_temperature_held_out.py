from temperature import celsius_to_fahrenheit, celsius_to_kelvin, fahrenheit_to_celsius, label


def test_rule_of_thumb_agrees():
    assert celsius_to_fahrenheit(10) == 50


def test_warm():
    assert celsius_to_fahrenheit(20) == 68
    assert celsius_to_fahrenheit(35) == 95


def test_cold():
    assert celsius_to_fahrenheit(-15) == 5


def test_round_trip():
    for degrees in range(-50, 60, 7):
        assert round(fahrenheit_to_celsius(celsius_to_fahrenheit(degrees)), 9) == degrees


def test_label_of_cold_day():
    assert label(-5) == "-5C / 23F"


def test_kelvin():
    assert round(celsius_to_kelvin(26.85), 6) == 300

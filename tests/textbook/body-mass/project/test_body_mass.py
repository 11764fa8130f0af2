import pytest

from body_mass import bmi, category, report


def test_two_metres():
    assert bmi(80, 200) == 20
    assert bmi(100, 200) == 25


def test_adult():
    assert round(bmi(70, 175), 2) == 22.86
    assert round(bmi(90, 180), 2) == 27.78


def test_bad_height():
    with pytest.raises(ValueError):
        bmi(70, 0)


def test_categories():
    assert category(18) == "underweight"
    assert category(25) == "overweight"
    assert category(31) == "obese"


def test_report():
    assert report(60, 170) == "20.8 (normal)"

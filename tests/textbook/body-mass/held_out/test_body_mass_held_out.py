from body_mass import bmi, category, report


def test_one_metre():
    assert bmi(16, 100) == 16


def test_half_metre():
    assert bmi(4, 50) == 16


def test_tall():
    assert round(bmi(95, 190), 2) == 26.32


def test_short():
    assert round(bmi(50, 150), 2) == 22.22


def test_doubling_the_height():
    assert round(bmi(60, 80) / bmi(60, 160), 6) == 4


def test_limits():
    assert category(18.5) == "normal"
    assert category(30) == "obese"


def test_reports():
    assert report(45, 170) == "15.6 (underweight)"
    assert report(110, 180) == "34.0 (obese)"

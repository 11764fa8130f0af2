from ordinals import century, ordinal, ranking


def test_first():
    assert [ordinal(n) for n in (1, 2, 3, 4)] == ["1st", "2nd", "3rd", "4th"]


def test_teens():
    assert [ordinal(n) for n in (10, 11, 12, 13, 14)] == ["10th", "11th", "12th", "13th", "14th"]


def test_twenties():
    assert [ordinal(n) for n in (21, 22, 23)] == ["21st", "22nd", "23rd"]


def test_hundreds():
    assert ordinal(111) == "111th"
    assert ordinal(212) == "212th"
    assert ordinal(1013) == "1013th"
    assert ordinal(101) == "101st"


def test_ranking():
    assert ranking(["Ann", "Bob"]) == ["1st: Ann", "2nd: Bob"]


def test_century():
    assert century(1999) == "20th century"
    assert century(2001) == "21st century"

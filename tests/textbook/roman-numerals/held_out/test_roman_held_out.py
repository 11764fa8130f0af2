from roman import is_roman, roman_to_int, sort_pages


def test_single_letters():
    assert [roman_to_int(letter) for letter in "IVXLCDM"] == [1, 5, 10, 50, 100, 500, 1000]


def test_forties():
    assert roman_to_int("XLII") == 42
    assert roman_to_int("XLIX") == 49


def test_nineties():
    assert roman_to_int("XCIX") == 99
    assert roman_to_int("XCV") == 95


def test_hundreds():
    assert roman_to_int("CM") == 900
    assert roman_to_int("CDXLIV") == 444


def test_largest():
    assert roman_to_int("MMMCMXCIX") == 3999
    assert roman_to_int("MMMDCCCLXXXVIII") == 3888


def test_is_roman():
    assert is_roman("XIV")
    assert not is_roman("X1V")


def test_sort():
    assert sort_pages(["CX", "XC", "C", "CD", "D"]) == ["XC", "C", "CX", "CD", "D"]

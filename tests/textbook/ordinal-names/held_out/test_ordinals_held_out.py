from ordinals import century, ordinal, ranking


def test_second_hundred():
    assert [ordinal(n) for n in (112, 113, 114)] == ["112th", "113th", "114th"]


def test_end_of_teens():
    assert ordinal(311) == "311th"
    assert ordinal(321) == "321st"
    assert ordinal(910) == "910th"


def test_thousands():
    assert ordinal(1012) == "1012th"
    assert ordinal(2011) == "2011th"
    assert ordinal(2001) == "2001st"


def test_ends_in_th():
    assert all(ordinal(100 * k + 11).endswith("th") for k in range(20))


def test_others():
    assert [ordinal(n) for n in (0, 102, 103, 110, 122)] == ["0th", "102nd", "103rd", "110th", "122nd"]


def test_long_ranking():
    assert ranking("x" * 113)[-3:] == ["111th: x", "112th: x", "113th: x"]


def test_century():
    assert century(1150) == "12th century"
    assert century(100) == "1st century"

from grades import Mark, letter, report, weighted_mean


def test_equal_weights():
    assert weighted_mean([Mark("m", 80, 1), Mark("m", 60, 1)]) == 70


def test_different_weights():
    assert weighted_mean([Mark("m", 90, 3), Mark("m", 50, 1)]) == 80


def test_no_marks():
    assert weighted_mean([]) == 0.0


def test_letters():
    assert [letter(p) for p in (95, 90, 75, 59, 10)] == ["A", "A", "B", "D", "F"]


def test_report():
    assert report([Mark("art", 70, 2), Mark("art", 40, 1)]) == {"art": (60.0, "C")}

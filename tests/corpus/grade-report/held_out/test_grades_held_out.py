from grades import Mark, letter, report, weighted_mean


def test_single_heavy_mark():
    assert weighted_mean([Mark("m", 77, 4)]) == 77


def test_fractional_weights():
    assert abs(weighted_mean([Mark("m", 100, 0.25), Mark("m", 0, 0.75)]) - 25) < 1e-9


def test_zero_weight_mark_is_ignored():
    assert weighted_mean([Mark("m", 0, 0), Mark("m", 88, 1)]) == 88


def test_only_zero_weights():
    assert weighted_mean([Mark("m", 50, 0)]) == 0.0


def test_mean_within_range():
    marks = [Mark("m", p, p % 5 + 1) for p in range(10, 60)]
    assert 10 <= weighted_mean(marks) <= 59


def test_report_of_two_subjects():
    marks = [Mark("a", 100, 2), Mark("b", 50, 3), Mark("a", 85, 1)]
    assert report(marks) == {"a": (95.0, "A"), "b": (50.0, "D")}


def test_report_order():
    marks = [Mark("z", 1, 1), Mark("a", 1, 1)]
    assert list(report(marks)) == ["z", "a"]

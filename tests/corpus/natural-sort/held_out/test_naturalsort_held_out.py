from naturalsort import grouped, natural_sorted, next_name


def test_three_parts():
    names = ["1.2.10", "1.10.2", "1.2.9", "1.1.100"]
    assert natural_sorted(names) == ["1.1.100", "1.2.9", "1.2.10", "1.10.2"]


def test_number_in_the_middle():
    assert natural_sorted(["ch10 a", "ch9 b", "ch10"]) == ["ch9 b", "ch10", "ch10 a"]


def test_text_after_number_does_not_come_first():
    assert natural_sorted(["p2a", "p1z"]) == ["p1z", "p2a"]


def test_number_before_text():
    assert natural_sorted(["a", "1", "b2", "10", "2"]) == ["1", "2", "10", "a", "b2"]


def test_leading_zeros_are_stable():
    assert natural_sorted(["x01", "x1", "x001"]) == ["x01", "x1", "x001"]


def test_prefix_comes_first():
    assert natural_sorted(["ab1", "ab"]) == ["ab", "ab1"]


def test_dates():
    assert natural_sorted(["9-12", "10-1", "9-3"]) == ["9-3", "9-12", "10-1"]


def test_empty_name():
    assert natural_sorted(["a", ""]) == ["", "a"]


def test_grouped_versions():
    assert grouped(["v2.0", "v1.12", "v1.2"]) == {"v": ["v1.2", "v1.12", "v2.0"]}


def test_next_name_first():
    assert next_name([], "doc") == "doc1"

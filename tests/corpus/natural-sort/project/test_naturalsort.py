from naturalsort import grouped, natural_sorted, next_name


def test_one_number():
    assert natural_sorted(["f10", "f2", "f1"]) == ["f1", "f2", "f10"]


def test_case():
    assert natural_sorted(["B1", "a1"]) == ["a1", "B1"]


def test_versions():
    assert natural_sorted(["v1.10", "v2.1", "v1.9"]) == ["v1.9", "v1.10", "v2.1"]


def test_reverse():
    assert natural_sorted(["x1", "x3", "x2"], reverse=True) == ["x3", "x2", "x1"]


def test_next_name():
    assert next_name(["a1", "a7", "b9"], "a") == "a8"


def test_grouped():
    assert grouped(["b2", "a1", "b1"]) == {"a": ["a1"], "b": ["b1", "b2"]}

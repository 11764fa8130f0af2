from pivot import columns, pivot, row_totals, to_rows

SALES = [
    {"city": "Oslo", "year": "2020", "amount": 5},
    {"city": "Rome", "year": "2020", "amount": 2},
    {"city": "Oslo", "year": "2021", "amount": 7},
    {"city": "Oslo", "year": "2021", "amount": 1},
]


def test_pivot_other_way():
    table = pivot(SALES, "year", "city", "amount")
    assert table == {"2020": {"Oslo": 5, "Rome": 2}, "2021": {"Oslo": 8}}


def test_rows_of_pivot():
    assert to_rows(pivot(SALES, "city", "year", "amount")) == [
        ["", "2020", "2021"], ["Oslo", 5, 8], ["Rome", 2, 0]]


def test_columns_of_pivot():
    assert columns(pivot(SALES, "city", "year", "amount")) == ["2020", "2021"]


def test_totals_of_pivot():
    assert row_totals(pivot(SALES, "city", "year", "amount")) == {"Oslo": 13, "Rome": 2}


def test_start_value():
    assert pivot(SALES[:1], "city", "year", "amount", start=100) == {"Oslo": {"2020": 105}}


def test_text_values():
    records = [{"k": 1, "c": 2, "v": "ab"}, {"k": 1, "c": 2, "v": "cd"}]
    assert pivot(records, "k", "c", "v", start="") == {1: {2: "abcd"}}


def test_same_names_for_rows_and_columns():
    records = [{"a": "x", "b": "y", "n": 1}, {"a": "y", "b": "x", "n": 2}]
    assert pivot(records, "a", "b", "n") == {"x": {"y": 1}, "y": {"x": 2}}

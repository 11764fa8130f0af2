from pivot import columns, pivot, row_totals, to_rows

SALES = [
    {"city": "Oslo", "year": "2020", "amount": 5},
    {"city": "Rome", "year": "2020", "amount": 2},
    {"city": "Oslo", "year": "2021", "amount": 7},
    {"city": "Oslo", "year": "2021", "amount": 1},
]


def test_pivot():
    table = pivot(SALES, "city", "year", "amount")
    assert table == {"Oslo": {"2020": 5, "2021": 8}, "Rome": {"2020": 2}}


def test_columns():
    assert columns({"a": {"y": 1}, "b": {"x": 2}}) == ["x", "y"]


def test_to_rows():
    assert to_rows({"r": {"c": 3}}) == [["", "c"], ["r", 3]]


def test_row_totals():
    assert row_totals({"r": {"c": 3, "d": 4}}) == {"r": 7}


def test_empty():
    assert pivot([], "a", "b", "c") == {}

from billing import add_tip, bill_lines, format_cents, split_evenly


def test_split_two_extra_cents():
    assert split_evenly(11, 3) == [4, 4, 3]


def test_split_less_than_people():
    assert split_evenly(2, 5) == [1, 1, 0, 0, 0]


def test_split_zero():
    assert split_evenly(0, 4) == [0, 0, 0, 0]


def test_split_sums_up():
    for total in range(0, 200, 7):
        for people in range(1, 9):
            shares = split_evenly(total, people)
            assert sum(shares) == total
            assert max(shares) - min(shares) <= 1


def test_shares_are_integers():
    assert all(isinstance(s, int) for s in split_evenly(100, 8))


def test_bill_lines():
    assert bill_lines(1000, ["Ann", "Bob", "Cy"], 10) == ["Ann: 3.67", "Bob: 3.67", "Cy: 3.66"]


def test_format_negative():
    assert format_cents(-5) == "-0.05"

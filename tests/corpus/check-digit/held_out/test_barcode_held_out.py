from barcode import check_digit, complete, group, is_valid


def test_book_number():
    assert is_valid("978-0-306-40615-7")


def test_complete():
    assert complete("978014300723") == "9780143007234"


def test_wrong_digit():
    assert not is_valid("4006381333930")
    assert not is_valid("4006381333932")


def test_single_digits_weight_three():
    assert check_digit("010000000000") == 7


def test_single_digits_weight_one():
    assert check_digit("100000000000") == 9


def test_zero():
    assert check_digit("0" * 12) == 0


def test_every_completed_code_is_valid():
    for n in range(0, 2000, 37):
        assert is_valid(complete("4512345" + "%05d" % n))


def test_swap_of_neighbours_detected():
    assert not is_valid("4006381339331")

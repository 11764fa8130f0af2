from hanoi import hanoi


def test_no_disk():
    assert hanoi(0, 1, 3) == []


def test_one_disk():
    assert hanoi(1, 1, 3) == [(1, 3)]


def test_two_disks():
    assert hanoi(2, 1, 3) == [(1, 2), (1, 3), (2, 3)]


def test_three_disks():
    assert hanoi(3) == [(1, 3), (1, 2), (3, 2), (1, 3), (2, 1), (2, 3), (1, 3)]


def test_other_pegs():
    assert hanoi(2, 1, 2) == [(1, 3), (1, 2), (3, 2)]
    assert hanoi(1, 2, 1) == [(2, 1)]


def test_number_of_moves():
    assert len(hanoi(5)) == 31

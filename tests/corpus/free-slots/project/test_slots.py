from slots import first_free, free_slots, subtract_one, total_time


def test_no_overlap():
    assert subtract_one((8, 12), (13, 15)) == [(8, 12)]


def test_trim_end():
    assert subtract_one((8, 12), (10, 14)) == [(8, 10)]


def test_covered():
    assert subtract_one((8, 12), (7, 13)) == []


def test_trim_start():
    assert subtract_one((8, 12), (7, 9)) == [(9, 12)]


def test_split():
    assert free_slots([(8, 17)], [(12, 13)]) == [(8, 12), (13, 17)]


def test_total():
    assert total_time([(1, 3), (5, 6)]) == 3

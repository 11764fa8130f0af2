from slots import first_free, free_slots, subtract_one, total_time


def test_same_start():
    assert subtract_one((8, 12), (8, 9)) == [(9, 12)]


def test_same_end():
    assert subtract_one((8, 12), (11, 12)) == [(8, 11)]


def test_exactly_equal():
    assert subtract_one((8, 12), (8, 12)) == []


def test_touching_is_free():
    assert subtract_one((8, 12), (12, 13)) == [(8, 12)]
    assert subtract_one((8, 12), (6, 8)) == [(8, 12)]


def test_many_periods():
    busy = [(15, 16), (9, 10), (9, 11), (12, 13)]
    assert free_slots([(8, 17)], busy) == [(8, 9), (11, 12), (13, 15), (16, 17)]


def test_minimum():
    assert free_slots([(8, 17)], [(9, 12), (13, 14)], 2) == [(14, 17)]


def test_two_opening_times():
    assert free_slots([(14, 18), (8, 12)], [(11, 15)]) == [(8, 11), (15, 18)]


def test_first_free():
    assert first_free([(8, 17)], [(8, 10), (11, 14)], 2) == 14
    assert first_free([(8, 10)], [(9, 10)], 2) is None


def test_total_free_time():
    busy = [(n, n + 1) for n in range(0, 24, 2)]
    assert total_time(free_slots([(0, 24)], busy)) == 12

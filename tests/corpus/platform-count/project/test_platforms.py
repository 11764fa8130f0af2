from platforms import Train, assign, busiest, needed


def trains(*times):
    return [Train("T%d" % i, a, d) for i, (a, d) in enumerate(times)]


def test_no_trains():
    assert needed([]) == 0


def test_one_after_the_other():
    assert needed(trains((0, 5), (5, 9), (9, 12))) == 1


def test_two_at_once():
    assert assign(trains((0, 5), (3, 8))) == {"T0": 1, "T1": 2}


def test_long_stop():
    assert needed(trains((0, 3), (1, 20), (4, 6), (6, 8))) == 2


def test_busiest():
    assert busiest(trains((0, 2), (1, 9), (3, 4))) == 1

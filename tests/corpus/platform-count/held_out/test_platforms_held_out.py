from platforms import Train, assign, busiest, needed


def trains(*times):
    return [Train("T%d" % i, a, d) for i, (a, d) in enumerate(times)]


def test_both_platforms_are_reused():
    assert assign(trains((0, 3), (1, 4), (5, 9), (6, 9))) == {"T0": 1, "T1": 2, "T2": 1, "T3": 2}


def test_three_at_once():
    assert needed(trains((0, 10), (1, 9), (2, 8))) == 3


def test_inner_train_leaves_first():
    assert assign(trains((0, 10), (1, 3), (3, 5), (5, 12))) == {"T0": 1, "T1": 2, "T2": 2, "T3": 2}


def test_lowest_free_platform():
    times = trains((0, 10), (1, 9), (2, 8), (12, 13), (12, 14))
    assert assign(times)["T3"] == 1
    assert assign(times)["T4"] == 2


def test_order_of_input_is_irrelevant():
    times = trains((0, 3), (1, 20), (4, 6), (6, 8), (7, 9))
    assert assign(times[::-1]) == assign(times)


def test_matches_greatest_overlap():
    times = trains(*[(i * 7 % 31, i * 7 % 31 + 3 + i % 5) for i in range(25)])
    most = max(sum(t.arrival <= m < t.departure for t in times) for m in range(60))
    assert needed(times) == most


def test_no_platform_is_used_twice_at_once():
    times = trains(*[(i * 5 % 23, i * 5 % 23 + 2 + i % 7) for i in range(20)])
    where = assign(times)
    for a in times:
        for b in times:
            if a is not b and a.arrival < b.departure and b.arrival < a.departure:
                assert where[a.name] != where[b.name]


def test_busiest_of_none():
    assert busiest([]) is None

from seats import book, find, free_run


def test_free_run():
    assert free_run("#..#...", 3) == 4


def test_no_free_run():
    assert free_run("#.#.#", 2) == -1


def test_first_row():
    assert find(["..#"], 2) == (0, 0)


def test_second_row():
    assert find(["#.#", ".##", "..."], 2) == (2, 0)


def test_full():
    assert find(["###"], 1) is None

from scoregrid import Tournament, empty_grid


def test_rows_are_independent():
    grid = empty_grid(3, 0)
    grid[1][2] = 5
    assert grid == [[0, 0, 0], [0, 0, 5], [0, 0, 0]]


def test_games_played():
    t = Tournament("abcd")
    t.record("a", "b", 1, 0)
    t.record("c", "d", 1, 0)
    assert t.games_played() == 2


def test_bystander_has_no_points():
    t = Tournament("abc")
    t.record("a", "b", 2, 2)
    assert t.total("c") == 0


def test_ranking():
    t = Tournament("abc")
    t.record("a", "b", 0, 3)
    t.record("b", "c", 1, 2)
    t.record("a", "c", 0, 3)
    assert t.ranking() == ["c", "b", "a"]
    assert [t.total(p) for p in "abc"] == [0, 4, 5]


def test_overwrite_result():
    t = Tournament("ab")
    t.record("a", "b", 1, 0)
    t.record("b", "a", 4, 2)
    assert (t.total("a"), t.total("b"), t.games_played()) == (2, 4, 1)


def test_no_players():
    assert empty_grid(0) == []
    assert Tournament([]).ranking() == []


def test_all_rows_distinct_objects():
    grid = empty_grid(5, "")
    assert len({id(row) for row in grid}) == 5

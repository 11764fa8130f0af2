from playlist import Playlist


def test_order():
    assert list(Playlist(["a", "b", "c"])) == ["a", "b", "c"]


def test_add():
    songs = Playlist()
    songs.add("x")
    songs.add("y")
    assert list(songs) == ["x", "y"]


def test_remove_middle():
    songs = Playlist("abc")
    assert songs.remove("b")
    assert list(songs) == ["a", "c"]


def test_remove_first():
    songs = Playlist("abc")
    assert songs.remove("a")
    assert list(songs) == ["b", "c"]


def test_remove_missing():
    songs = Playlist("abc")
    assert not songs.remove("z")
    assert len(songs) == 3

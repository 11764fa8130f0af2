from playlist import Playlist


def test_remove_from_empty():
    songs = Playlist()
    assert songs.remove("a") is False
    assert list(songs) == []


def test_remove_only_song():
    songs = Playlist(["a"])
    assert songs.remove("a") is True
    assert list(songs) == []


def test_remove_only_first_of_equal_songs():
    songs = Playlist(["a", "a", "b", "a"])
    songs.remove("a")
    assert list(songs) == ["a", "b", "a"]


def test_remove_last():
    songs = Playlist("abc")
    songs.remove("c")
    songs.add("d")
    assert list(songs) == ["a", "b", "d"]


def test_remove_all():
    songs = Playlist("abcd")
    assert all(songs.remove(t) for t in "abcd")
    assert len(songs) == 0


def test_add_after_emptying():
    songs = Playlist("a")
    songs.remove("a")
    songs.add("b")
    assert list(songs) == ["b"]


def test_single_song_other_title():
    songs = Playlist(["a"])
    assert songs.remove("b") is False
    assert list(songs) == ["a"]

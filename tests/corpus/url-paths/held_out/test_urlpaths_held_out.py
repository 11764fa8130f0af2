from urlpaths import join, parent, segments, split_url


def test_join_keeps_trailing_slash():
    assert join("http://x.org", "a/") == "http://x.org/a/"


def test_join_absolute_path_base():
    assert join("/api", "v1") == "/api/v1"


def test_join_many_slashes():
    assert join("http://x.org//", "//a/", "/b") == "http://x.org/a/b"


def test_join_nothing():
    assert join("http://x.org/") == "http://x.org/"


def test_join_inner_slashes_kept():
    assert join("http://x.org/a/b/", "c/d") == "http://x.org/a/b/c/d"


def test_join_then_segments():
    assert segments(join("https://h/", "/x/", "/y/", "/z/")) == ["x", "y", "z"]


def test_parent_of_root():
    assert parent("http://x.org/") == "http://x.org/"


def test_split_without_path():
    assert split_url("ftp://h") == ("ftp", "h", "/")

import pytest

from urlpaths import join, parent, segments, split_url


def test_split():
    assert split_url("HTTP://Example.org/A/b") == ("http", "example.org", "/A/b")


def test_join_plain():
    assert join("http://x.org", "a", "b") == "http://x.org/a/b"


def test_join_with_slashes():
    assert join("http://x.org/", "/a") == "http://x.org/a"


def test_segments():
    assert segments("http://x.org//a/b/") == ["a", "b"]


def test_parent():
    assert parent("http://x.org/a/b/c") == "http://x.org/a/b/"


def test_relative_rejected():
    with pytest.raises(ValueError):
        split_url("/a/b")

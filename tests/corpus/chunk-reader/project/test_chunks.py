import pytest

from chunks import chunked, records, split_stream


def test_lines():
    assert list(split_stream(["a\nb", "c\n"])) == ["a", "bc"]


def test_two_characters():
    assert list(split_stream(["a||b||", "c"], "||")) == ["a", "b", "c"]


def test_chunked():
    assert list(chunked(range(5), 2)) == [[0, 1], [2, 3], [4]]


def test_records():
    assert list(records(["x\n# no\n\ny"])) == ["x", "y"]


def test_bad_size():
    with pytest.raises(ValueError):
        list(chunked([1], 0))

import pytest

from batching import MemorySink, sizes, total_rows, write_all


def test_single_rows():
    sink = MemorySink()
    assert write_all("abc", sink, 1) == 3
    assert sink.batches == [["a"], ["b"], ["c"]]


def test_no_rows():
    sink = MemorySink()
    assert write_all([], sink, 5) == 0 and sink.batches == []


def test_pairs():
    sink = MemorySink()
    write_all(range(5), sink, 2)
    assert sink.batches == [[0, 1], [2, 3], [4]]


def test_bad_size():
    with pytest.raises(ValueError):
        write_all([1], MemorySink(), 0)

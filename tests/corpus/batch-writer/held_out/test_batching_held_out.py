from batching import MemorySink, sizes, total_rows, write_all


def test_exact_multiple():
    sink = MemorySink()
    assert write_all(range(6), sink, 3) == 2
    assert sizes(sink) == [3, 3]


def test_size_larger_than_rows():
    sink = MemorySink()
    assert write_all("xy", sink, 10) == 1
    assert sink.batches == [["x", "y"]]


def test_every_row_once():
    for n in range(12):
        for size in range(1, 6):
            sink = MemorySink()
            count = write_all(range(n), sink, size)
            assert count == len(sink.batches) == -(-n // size)
            assert [r for b in sink.batches for r in b] == list(range(n))


def test_total():
    sink = MemorySink()
    write_all(range(100), sink, 7)
    assert total_rows(sink) == 100


def test_one_row():
    sink = MemorySink()
    assert write_all([None], sink, 3) == 1
    assert sink.batches == [[None]]


def test_generator_input():
    sink = MemorySink()
    write_all((i * i for i in range(4)), sink, 3)
    assert sink.batches == [[0, 1, 4], [9]]

from bytesize import format_size, parse_size, total_size


def test_exact_units():
    assert format_size(1024) == "1.0 KiB"
    assert format_size(1024 ** 2) == "1.0 MiB"
    assert format_size(1024 ** 3) == "1.0 GiB"
    assert format_size(1024 ** 4) == "1.0 TiB"


def test_beyond_the_last_unit():
    assert format_size(2048 * 1024 ** 4) == "2048.0 TiB"


def test_negative():
    assert format_size(-2048) == "-2.0 KiB"


def test_round_trip():
    for size in (1, 512, 1024, 10 * 1024, 3 * 1024 ** 2):
        assert parse_size(format_size(size)) == size


def test_total():
    assert total_size(["512 B", "1.5 KiB", "1 MiB"]) == "1.0 MiB"


def test_total_small():
    assert total_size(["1000 B", "20 B"]) == "1020 B"


def test_bytes_unit():
    assert parse_size("12 B") == 12

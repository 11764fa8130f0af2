from bytesize import format_size, parse_size, total_size


def test_small():
    assert format_size(0) == "0 B"
    assert format_size(999) == "999 B"


def test_just_below_a_kibibyte():
    assert format_size(1023) == "1023 B"


def test_kibibytes():
    assert format_size(1536) == "1.5 KiB"


def test_parse():
    assert parse_size("2 KiB") == 2048
    assert parse_size("17") == 17


def test_parse_without_space():
    assert parse_size("1.5MiB") == 1572864


def test_large():
    assert format_size(5 * 1024 ** 3) == "5.0 GiB"
    assert format_size(5000 * 1024 ** 4) == "5000.0 TiB"

from colours import hex_to_rgb, invert, mix, rgb_to_hex


def test_primary():
    assert rgb_to_hex(255, 0, 0) == "#ff0000"
    assert rgb_to_hex(0, 255, 0) == "#00ff00"
    assert rgb_to_hex(0, 0, 255) == "#0000ff"


def test_limit_of_one_digit():
    assert rgb_to_hex(15, 16, 17) == "#0f1011"


def test_always_seven_characters():
    assert all(len(rgb_to_hex(n, 255 - n, n // 2)) == 7 for n in range(256))


def test_round_trip():
    for colour in [(0, 1, 2), (9, 99, 199), (250, 5, 128)]:
        assert hex_to_rgb(rgb_to_hex(*colour)) == colour


def test_invert():
    assert invert("#fefdfc") == "#010203"
    assert invert("#123456") == "#edcba9"


def test_mix():
    assert mix("#0a0a0a", "#000000") == "#050505"

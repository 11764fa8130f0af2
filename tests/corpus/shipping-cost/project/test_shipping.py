from shipping import Order, shipping, total


def test_home():
    assert shipping(Order().add("cup", 900, 300)) == 540


def test_free_at_home():
    assert shipping(Order().add("desk", 9900, 20000)) == 0


def test_abroad():
    assert shipping(Order("abroad").add("cup", 900, 1200)) == 1690


def test_expensive_abroad():
    assert shipping(Order("abroad").add("ring", 90000, 10)) == 1490


def test_empty():
    assert total(Order("abroad")) == 0

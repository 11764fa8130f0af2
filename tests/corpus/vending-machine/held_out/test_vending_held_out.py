from vending import VendingMachine

PRICES = {"tea": 80, "gum": 30}


def test_takings():
    m = VendingMachine(PRICES)
    m.load("gum", 2)
    for _ in range(2):
        m.insert(50)
        m.select("gum")
    assert m.takings() == 60


def test_takings_are_separate():
    a, b = VendingMachine(PRICES), VendingMachine(PRICES)
    a.load("tea", 1)
    a.insert(100)
    a.select("tea")
    assert (a.takings(), b.takings()) == (80, 0)


def test_stock_is_separate():
    a, b = VendingMachine(PRICES), VendingMachine(PRICES)
    a.load("tea", 1)
    b.load("tea", 2)
    assert a.stock == {"tea": 1} and b.stock == {"tea": 2}


def test_sold_out():
    m = VendingMachine(PRICES)
    m.load("gum", 1)
    m.insert(100)
    assert m.select("gum") == 70
    m.insert(100)
    assert m.select("gum") is None
    assert m.credit == 100


def test_not_enough_credit():
    m = VendingMachine(PRICES)
    m.load("tea", 1)
    m.insert(50)
    assert m.select("tea") is None and m.credit == 50


def test_load_adds_up():
    m = VendingMachine(PRICES)
    m.load("tea", 1)
    m.load("tea", 4)
    assert m.stock["tea"] == 5


def test_fresh_machine_sold_nothing():
    assert VendingMachine(PRICES).sold == []
    assert VendingMachine(PRICES).stock == {}


def test_credit_is_separate():
    a, b = VendingMachine(PRICES), VendingMachine(PRICES)
    a.insert(20)
    assert b.credit == 0 and b.state == "idle"

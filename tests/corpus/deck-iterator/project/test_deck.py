from deck import Deck, total


def test_len():
    assert len(Deck()) == 52


def test_list():
    assert list(Deck(1)) == [("C", 1), ("D", 1), ("H", 1), ("S", 1)]


def test_twice():
    deck = Deck(2)
    assert list(deck) == list(deck)


def test_of_suit():
    assert Deck(3).of_suit("H") == [("H", 1), ("H", 2), ("H", 3)]


def test_total():
    assert total(Deck(2)) == 12

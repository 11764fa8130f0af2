from deck import Deck, total


def test_pairs():
    pairs = Deck(1).pairs()
    assert len(pairs) == 6
    assert pairs[0] == (("C", 1), ("D", 1))


def test_more_pairs():
    assert len(Deck(3).pairs()) == 18


def test_two_suits_in_a_row():
    deck = Deck(2)
    assert len(deck.of_suit("S")) == 2
    assert deck.of_suit("C") == [("C", 1), ("C", 2)]


def test_after_partial_loop():
    deck = Deck(2)
    for _ in deck:
        break
    assert len(list(deck)) == 8


def test_remove_then_total():
    deck = Deck(2)
    assert total(deck) == 12
    deck.remove(("S", 2))
    assert total(deck) == 10


def test_remove_inside_loop():
    deck = Deck(2)
    for card in deck:
        if card[1] == 1:
            deck.remove(card)
    assert [rank for _, rank in deck] == [2, 2, 2, 2]


def test_two_iterators():
    deck = Deck(1)
    one, two = iter(deck), iter(deck)
    assert next(one) == next(two) == ("C", 1)
    assert next(one) == ("D", 1)


def test_membership():
    deck = Deck(2)
    assert ("S", 2) in deck
    assert ("C", 1) in deck

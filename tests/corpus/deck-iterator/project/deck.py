"""A deck of cards that can be looped over again and again."""

SUITS = "CDHS"


class Deck:
    def __init__(self, ranks=13):
        self.cards = [(suit, rank) for suit in SUITS for rank in range(1, ranks + 1)]
        self._index = 0

    def __len__(self):
        return len(self.cards)

    def __iter__(self):
        return self

    def __next__(self):
        if self._index >= len(self.cards):
            raise StopIteration
        self._index += 1
        return self.cards[self._index - 1]

    def remove(self, card):
        self.cards.remove(card)

    def of_suit(self, suit):
        return [card for card in self if card[0] == suit]

    def pairs(self):
        """Pairs of different cards with the same rank, each once."""
        return [(a, b) for a in self for b in self if a[1] == b[1] and a < b]


def total(deck):
    """Sum of the ranks."""
    return sum(rank for _, rank in deck)

from word_counter import count_words, most_common, words


def test_many():
    assert count_words("x " * 50) == {"x": 50}


def test_total():
    text = "a rose is a rose is a rose"
    assert sum(count_words(text).values()) == len(words(text)) == 8


def test_counts():
    assert count_words("b a b c b a") == {"a": 2, "b": 3, "c": 1}


def test_order_of_first_occurrence():
    assert list(count_words("z y z x")) == ["z", "y", "x"]


def test_only_punctuation():
    assert count_words("... !") == {}


def test_most_common():
    assert most_common("red blue red green blue red", 3) == [("red", 3), ("blue", 2), ("green", 1)]


def test_ties():
    assert most_common("pear fig pear fig kiwi", 2) == [("fig", 2), ("pear", 2)]

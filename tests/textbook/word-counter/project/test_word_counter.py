from word_counter import count_words, most_common, words


def test_words():
    assert words("Stop, stop! Now.") == ["stop", "stop", "now"]


def test_different_words():
    assert count_words("one two") == {"one": 1, "two": 1}


def test_repeated_words():
    assert count_words("to be or not to be") == {"to": 2, "be": 2, "or": 1, "not": 1}


def test_case():
    assert count_words("No no NO.") == {"no": 3}


def test_empty():
    assert count_words("") == {}


def test_most_common():
    assert most_common("the cat and the dog saw the other dog", 2) == [("dog", 2), ("cat", 1)]

from anagrams import are_anagrams, groups, letters, partners, signature


def test_case():
    assert are_anagrams("Elvis", "Lives")


def test_punctuation():
    assert are_anagrams("dormitory", "Dirty room!")


def test_signature():
    assert signature("Banana") == "aaabnn"


def test_repeated_letters_count():
    assert not are_anagrams("aab", "abb")


def test_several_groups():
    words = ["stop", "dog", "pots", "God", "spot", "cow"]
    assert groups(words) == [["stop", "pots", "spot"], ["dog", "God"]]


def test_repetition_ignored():
    assert groups(["ab", "ab"]) == []


def test_partners():
    assert partners("rats", ["star", "tsar", "rats", "tars", "tar"]) == ["star", "tsar", "tars"]


def test_smallest():
    assert groups(["a", "bc", "cb"], 1) == [["a"], ["bc", "cb"]]

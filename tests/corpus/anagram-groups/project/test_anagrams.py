from anagrams import are_anagrams, groups, letters, partners, signature


def test_letters():
    assert letters("it's") == ["i", "t", "s"]


def test_simple_pair():
    assert are_anagrams("listen", "silent")


def test_different():
    assert not are_anagrams("cat", "car")


def test_not_of_itself():
    assert not are_anagrams("Cat", "cat")


def test_groups():
    assert groups(["tea", "cat", "eat"]) == [["tea", "eat"]]

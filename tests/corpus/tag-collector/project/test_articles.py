from articles import Article, count_tags, with_tag


def test_given_tags():
    assert Article("x", ["a", "b"]).has("a", "b")


def test_tags_are_clean():
    assert Article("x", []).tag(" News ", "news").tags == ["news"]


def test_tag_each_article():
    a = Article("a").tag("red")
    b = Article("b").tag("blue")
    assert a.tags == ["red"] and b.tags == ["blue"]


def test_untag():
    a = Article("a", ["x"])
    a.untag("x")
    a.untag("y")
    assert a.tags == []


def test_count():
    assert count_tags([Article("a", ["x"]), Article("b", ["x", "y"])]) == {"x": 2, "y": 1}

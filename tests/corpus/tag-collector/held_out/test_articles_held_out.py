from articles import Article, count_tags, with_tag


def test_new_article_has_no_tags():
    Article("a").tag("left over")
    assert Article("b").tags == []


def test_callers_list_is_not_changed():
    tags = ["a"]
    Article("x", tags).tag("b")
    assert tags == ["a"]


def test_articles_from_one_list_are_independent():
    tags = ["a"]
    first, second = Article("x", tags), Article("y", tags)
    first.tag("b")
    second.untag("a")
    assert first.tags == ["a", "b"] and second.tags == []


def test_tuple_of_tags():
    assert Article("x", ("a",)).tag("b").tags == ["a", "b"]


def test_callers_empty_list_is_not_changed():
    tags = []
    Article("x", tags).tag("b")
    assert tags == []


def test_count_untagged():
    articles = [Article("a").tag("x"), Article("b"), Article("c").tag("x", "y")]
    assert count_tags(articles) == {"x": 2, "y": 1}


def test_with_tag():
    articles = [Article("a").tag("p"), Article("b").tag("q"), Article("c").tag("p")]
    assert with_tag(articles, "p") == ["a", "c"]


def test_empty_names():
    assert Article("a").tag("", "  ").tags == []

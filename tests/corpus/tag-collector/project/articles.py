"""Articles with tags."""


class Article:
    def __init__(self, title, tags=[]):
        self.title = title
        self.tags = tags

    def tag(self, *names):
        """Add tags in lower case, each only once."""
        for name in names:
            name = name.strip().lower()
            if name and name not in self.tags:
                self.tags.append(name)
        return self

    def untag(self, name):
        if name in self.tags:
            self.tags.remove(name)

    def has(self, *names):
        return all(name in self.tags for name in names)


def count_tags(articles):
    """Mapping of tag to the number of articles with it."""
    counts = {}
    for article in articles:
        for name in article.tags:
            counts[name] = counts.get(name, 0) + 1
    return counts


def with_tag(articles, name):
    return [a.title for a in articles if a.has(name)]

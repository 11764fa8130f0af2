"""Tokens of a search query: words, "quoted phrases" and field:value."""
from collections import namedtuple

Token = namedtuple("Token", "kind text")


def tokenize(query):
    tokens = []
    pos = 0
    while pos < len(query):
        char = query[pos]
        if char.isspace():
            continue
        if char == '"':
            end = query.find('"', pos + 1)
            if end < 0:
                raise ValueError("missing closing quote")
            tokens.append(Token("phrase", query[pos + 1:end]))
            pos = end + 1
        else:
            end = pos
            while end < len(query) and not query[end].isspace() and query[end] != '"':
                end += 1
            word = query[pos:end]
            tokens.append(Token("field" if ":" in word else "word", word))
            pos = end
    return tokens


def fields(query):
    """Mapping of the field:value tokens; the last one wins."""
    found = {}
    for token in tokenize(query):
        if token.kind == "field":
            name, _, value = token.text.partition(":")
            found[name] = value
    return found


def terms(query):
    return [t.text.lower() for t in tokenize(query) if t.kind != "field"]

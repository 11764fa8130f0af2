"""Parse and build URL query strings."""
from urllib.parse import quote, unquote_plus


def parse(query):
    """Mapping of key to the list of its values."""
    result = {}
    for pair in query.lstrip("?").split("&"):
        if not pair.strip():
            continue
        key, _, value = pair.partition("=")
        key = key.strip()
        value = value.strip()
        result.setdefault(key, []).append(value)
    return result


def build(params):
    """Query string with sorted keys; a list stands for a repeated key."""
    parts = []
    for key in sorted(params):
        values = params[key]
        if not isinstance(values, (list, tuple)):
            values = [values]
        for value in values:
            parts.append(quote(str(key), safe="") + "=" + quote(str(value), safe=""))
    return "&".join(parts)


def first(query, key, default=None):
    return parse(query).get(key, [default])[0]


def update(query, **changes):
    params = parse(query)
    params.update(changes)
    return build(params)

"""Build and take apart URL paths."""


def split_url(url):
    """Return (scheme, host, path)."""
    scheme, sep, rest = url.partition("://")
    if not sep:
        raise ValueError("not an absolute URL: " + url)
    host, _, path = rest.partition("/")
    return scheme.lower(), host.lower(), "/" + path


def join(base, *parts):
    """Join with exactly one slash between base and parts."""
    url = base
    for part in parts:
        left = url.lstrip("/")
        right = part.rstrip("/")
        url = left + "/" + right
    return url


def segments(url):
    """The non-empty path segments."""
    return [s for s in split_url(url)[2].split("/") if s]


def parent(url):
    """The URL one level up, always ending in a slash."""
    scheme, host, _ = split_url(url)
    above = segments(url)[:-1]
    return "{}://{}/{}".format(scheme, host, "".join(s + "/" for s in above))

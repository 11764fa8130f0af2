"""Check simple markup and list the nesting of its tags."""
import re

TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)(/?)>")


class MarkupError(ValueError):
    pass


def outline(text):
    """List of (depth, tag) for each element in document order."""
    found = []
    stack = []
    for match in TAG.finditer(text):
        closing, name, empty = match.groups()
        if closing:
            if not stack or stack[-1] != name:
                raise MarkupError("unexpected </{}>".format(name))
        else:
            found.append((len(stack), name))
            if not empty:
                stack.append(name)
    if stack:
        raise MarkupError("unclosed <{}>".format(stack[-1]))
    return found


def is_well_formed(text):
    try:
        outline(text)
    except MarkupError:
        return False
    return True


def max_depth(text):
    return max((depth + 1 for depth, _ in outline(text)), default=0)


def strip_tags(text):
    return TAG.sub("", text)

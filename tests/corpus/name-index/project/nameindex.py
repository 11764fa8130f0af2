"""Look up people by name, ignoring case and accents."""
import unicodedata


def fold(name):
    """A search key: no accents, no case, single blanks."""
    text = unicodedata.normalize("NFC", name)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(text.lower().split())


class NameIndex:
    def __init__(self, names=()):
        self._by_key = {}
        for name in names:
            self.add(name)

    def add(self, name):
        self._by_key.setdefault(fold(name), []).append(name)

    def find(self, name):
        """All names with the same key, in order of insertion."""
        return list(self._by_key.get(fold(name), []))

    def starting_with(self, prefix):
        key = fold(prefix)
        found = []
        for other in sorted(self._by_key):
            if other.startswith(key):
                found.extend(self._by_key[other])
        return found

    def __len__(self):
        return sum(len(names) for names in self._by_key.values())

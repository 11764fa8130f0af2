"""Permission sets stored as bit masks."""

READ = 1
WRITE = 2
EXECUTE = 4
ADMIN = 8

NAMES = {READ: "read", WRITE: "write", EXECUTE: "execute", ADMIN: "admin"}


class PermissionSet:
    def __init__(self, mask=0):
        self.mask = mask

    def add(self, bit, *others):
        """Grant one or more permissions; granting twice changes nothing."""
        for other in others:
            bit = bit & other
        self.mask = self.mask ^ bit
        return self

    def remove(self, bit):
        self.mask = self.mask & ~bit
        return self

    def has(self, bit):
        return self.mask & bit == bit

    def names(self):
        return [name for bit, name in sorted(NAMES.items()) if self.has(bit)]

    def __eq__(self, other):
        return isinstance(other, PermissionSet) and self.mask == other.mask


def parse(text):
    """Parse a comma separated list such as 'read, write'."""
    by_name = {name: bit for bit, name in NAMES.items()}
    result = PermissionSet()
    for word in text.split(","):
        word = word.strip().lower()
        if word:
            result.add(by_name[word])
    return result

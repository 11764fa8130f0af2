"""A key-value table with nested transactions."""


class Table:
    def __init__(self, rows=None):
        self.rows = dict(rows or {})
        self.commits = 0
        self._snapshots = []

    def set(self, key, value):
        self.rows[key] = value

    def delete(self, key):
        del self.rows[key]

    @property
    def depth(self):
        return len(self._snapshots)

    def begin(self):
        self._snapshots.append(dict(self.rows))

    def commit(self):
        self._snapshots.pop()
        self.commits += 1

    def rollback(self):
        self.rows = self._snapshots.pop()

    def atomically(self, change):
        """Apply change(table); on an error undo everything and raise it again."""
        self.begin()
        try:
            result = change(self)
        except Exception:
            self.rollback()
            return None
        self.commit()
        return result


def apply_all(table, changes):
    """All the changes or none of them."""

    def change(t):
        return [t.atomically(c) for c in changes]

    return table.atomically(change)

"""A drawing with undo and redo."""


class Drawing:
    def __init__(self):
        self.shapes = []
        self._undo = []
        self._redo = []

    def _swap(self, source, target):
        """Save the present state on target and restore one from source."""
        if not source:
            return False
        target.append(self.shapes)
        self.shapes = source.pop()
        return True

    def _remember(self):
        self._undo.append(self.shapes)
        self._redo.clear()

    def add(self, shape):
        self._remember()
        self.shapes.append(shape)

    def remove(self, shape):
        if shape not in self.shapes:
            raise ValueError("no such shape")
        self._remember()
        self.shapes.remove(shape)

    def clear(self):
        self._remember()
        self.shapes = []

    def undo(self):
        """Take the last change back; False if there is none."""
        return self._swap(self._undo, self._redo)

    def redo(self):
        return self._swap(self._redo, self._undo)

"""A small synchronous event emitter with wildcard handlers."""


class Emitter:
    def __init__(self):
        self._handlers = {}

    def on(self, event, handler):
        self._handlers.setdefault(event, []).append(handler)
        return handler

    def off(self, event, handler):
        handlers = self._handlers.get(event, [])
        if handler in handlers:
            handlers.remove(handler)

    def handlers(self, event):
        """Handlers of the event followed by the handlers of '*'."""
        found = list(self._handlers.get(event, []))
        if event != "*":
            found.append(self._handlers.get("*", []))
        return found

    def emit(self, event, *args):
        """Call every handler and return the list of results."""
        return [handler(*args) for handler in self.handlers(event)]

    def once(self, event, handler):
        def wrapper(*args):
            self.off(event, wrapper)
            return handler(*args)

        return self.on(event, wrapper)

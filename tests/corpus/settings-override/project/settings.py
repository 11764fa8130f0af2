"""Process-wide settings that can be overridden for a while."""
from contextlib import contextmanager

DEFAULTS = {"precision": 2, "language": "en", "strict": False}


class Settings:
    def __init__(self, **values):
        self._values = dict(DEFAULTS)
        self.update(**values)

    def update(self, **values):
        for name in values:
            if name not in DEFAULTS:
                raise KeyError(name)
        self._values.update(values)

    def __getitem__(self, name):
        return self._values[name]

    def as_dict(self):
        return dict(self._values)

    @contextmanager
    def override(self, **values):
        """Use other values inside a with statement, whatever happens there."""
        saved = dict(self._values)
        self.update(**values)
        yield self
        self._values = saved


def format_number(settings, number):
    text = "{:.{}f}".format(number, settings["precision"])
    return text.replace(".", ",") if settings["language"] == "de" else text

"""Typed access to environment-like mappings of strings."""


class ConfigError(Exception):
    pass


class EnvReader:
    TRUE = {"1", "true", "yes", "on"}
    FALSE = {"0", "false", "no", "off"}

    def __init__(self, values, prefix=""):
        self.values = values
        self.prefix = prefix

    def _raw(self, name):
        return self.values.get(self.prefix + name)

    def _convert(self, name, convert, default):
        raw = self._raw(name)
        if raw is None:
            if default is None:
                raise ConfigError("missing " + self.prefix + name)
            return default
        try:
            return convert(raw.strip())
        except KeyError:
            raise ConfigError("bad value for " + self.prefix + name)

    def integer(self, name, default=None):
        return self._convert(name, int, default)

    def number(self, name, default=None):
        return self._convert(name, float, default)

    def flag(self, name, default=None):
        def convert(text):
            if text.lower() in self.TRUE:
                return True
            if text.lower() in self.FALSE:
                return False
            raise ValueError(text)

        return self._convert(name, convert, default)

    def items(self, name, default=None):
        return self._convert(name, lambda t: [p.strip() for p in t.split(",") if p.strip()], default)

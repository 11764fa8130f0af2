"""Parse logs that consist of [section] headers and level lines."""


class LogParser:
    LEVELS = ("debug", "info", "warning", "error")

    def __init__(self):
        self.section = "main"
        self.counts = {}
        self.errors = []

    def parse(self, text):
        """Parse one complete text and return the counts by level."""
        self.errors.clear()
        for line in text.splitlines():
            line = line.strip()
            if line.startswith("[") and line.endswith("]"):
                self.section = line[1:-1]
            elif line:
                self._entry(line)
        return self.counts

    def _entry(self, line):
        level, _, message = line.partition(":")
        level = level.lower()
        if level not in self.LEVELS:
            level, message = "info", line
        self.counts[level] = self.counts.get(level, 0) + 1
        if level == "error":
            self.errors.append((self.section, message.strip()))


def summarise(texts):
    """The list of errors of each text, parsed with one parser."""
    parser = LogParser()
    result = []
    for text in texts:
        parser.parse(text)
        result.append(parser.errors)
    return result

"""Transitive dependencies of modules, where cycles are allowed."""
import re

IMPORT = re.compile(r"^\s*(?:import|from)\s+(\w+)", re.MULTILINE)


def direct_imports(source):
    """Names imported by a source text, sorted and without repetition."""
    return sorted(set(IMPORT.findall(source)))


class ImportGraph:
    def __init__(self, sources):
        self.edges = {name: direct_imports(text) for name, text in sources.items()}

    def closure(self, name):
        """All modules needed by name, in the order of the first visit."""
        order = []

        def visit(module):
            order.append(module)
            for other in self.edges.get(module, []):
                visit(other)

        visit(name)
        return order[1:]

    def depends_on(self, name, other):
        return other in self.closure(name)

    def unknown(self):
        """Imported names that have no source."""
        used = {other for others in self.edges.values() for other in others}
        return sorted(used - set(self.edges))

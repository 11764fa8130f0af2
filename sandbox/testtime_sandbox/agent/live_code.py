# pyright: basic
"""The project's functions as they live in this process, and other code put in their place.

A candidate's change is compiled, one function by itself where it lies in one, and every live function of the old code
is given the new; where that cannot be, its module is run anew in the old one's place. Python 3.8 or later.
"""

import __future__

import ast
import gc
import os
import re
import sys
import types

CO_OPTIMIZED = 1


class LiveCode:
    """The project's functions as they live in this process, found once before any fork."""

    def __init__(self, root):
        self.root = root
        self.sources = {}
        self.functions = {}
        self.find()
        self.reloaded = set()
        self.modules = {}
        prefix = root.rstrip("/") + "/"
        for module in list(sys.modules.values()):
            name = getattr(module, "__file__", None)
            if isinstance(name, str) and name.startswith(prefix):
                self.modules[name] = module

    def find(self):
        """Look for the project's functions, and keep the code that they have now; those already known stay."""
        prefix = self.root.rstrip("/") + "/"
        for thing in gc.get_objects():
            if isinstance(thing, types.FunctionType) and thing.__code__.co_filename.startswith(prefix):
                code = thing.__code__
                self.functions.setdefault((code.co_filename, code.co_name, code.co_firstlineno), []).append(thing)
        self.codes = [(thing, thing.__code__) for found in self.functions.values() for thing in found]

    def restore(self):
        """Undo a swap."""
        for function, code in self.codes:
            function.__code__ = code
        for path in self.reloaded:
            source = self.sources[path]
            reload(self.modules[source.name], source.whole(source.text))
        if self.reloaded:
            self.find()

    def place(self, path, change):
        """(file, first line) of the function that a change lies in; None outside all."""
        source = self.sources[path]
        unit = source.unit(change[0], change[1])
        return None if unit is None else (source.name, unit[2])

    def at(self, place):
        """The functions that begin at (file, first line)."""
        found = [things for (name, _, line), things in self.functions.items() if (name, line) == place]
        return [thing for things in found for thing in things]

    def qualified(self, code, values):
        """(file, qualified name) of the function that is called with these values. Raises LookupError."""
        found = self.functions.get((code.co_filename, code.co_name, code.co_firstlineno))
        if found:
            return code.co_filename, found[0].__qualname__
        owners = [type(values["self"])] if "self" in values else [values["cls"]] if "cls" in values else []
        name = ".".join([owner.__qualname__ for owner in owners] + [code.co_name])
        if self.resolve((code.co_filename, name)) is None:
            raise LookupError(name)
        return code.co_filename, name

    def resolve(self, place):
        """The plain function of that name as it is now, without what decorates it; None when there is none."""
        thing = self.modules.get(place[0])
        for name in place[1].split("."):
            space = getattr(thing, "__dict__", {})
            thing = space.get(name)
        for _ in range(8):
            inner = getattr(thing, "__wrapped__", None) or getattr(thing, "__func__", None)
            inner = inner or getattr(thing, "fget", None)
            if inner is None:
                break
            forget = getattr(thing, "cache_clear", None)
            if forget is not None:
                forget()
            thing = inner
        return thing if isinstance(thing, types.FunctionType) else None

    def prepare(self, changes):
        """Before the fork: read and compile what the candidates of a function have in common."""
        for path, (start, end, _) in changes.items():
            source = self.sources.get(path)
            if source is None:
                source = self.sources[path] = Source(os.path.join(self.root, path))
            source.before(start, end)

    def swap(self, changes):
        """Put new sources in place of the modules' own; None when done, else why it cannot be told here."""
        for path, (start, end, text) in changes.items():
            source = self.sources[path]
            module = self.modules.get(source.name)
            if module is None:
                return "not imported when the tests were collected"
            before = source.before(start, end)
            after = source.after(start, end, text)
            changed = []
            if after is not None and pair(before, after, changed) and all(self.replace(*codes) for codes in changed):
                continue
            self.reloaded.add(path)
            reload(module, compile(source.changed(start, end, text), source.name, "exec", dont_inherit=True))
        return None

    def replace(self, old, new):
        """Give every live function of code `old` the code `new`."""
        found = self.functions.get((old.co_filename, old.co_name, old.co_firstlineno), [])
        for function in found:
            if len(function.__code__.co_freevars) != len(new.co_freevars):
                return False
            function.__code__ = new
        for one, other in zip(nested(old), nested(new)):  # closures that were made at import live on their own
            if one.co_name == other.co_name:
                self.replace(one, other)
        return bool(found)


class Source:
    """A module's text, of which one function can be compiled by itself: a large module takes a tenth of a second."""

    def __init__(self, name):
        self.name = name
        with open(name, encoding="utf-8", newline="") as stream:
            self.text = stream.read()
        tree = ast.parse(self.text, name)
        self.flags = 0
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                for alias in node.names:
                    self.flags |= getattr(__future__, alias.name).compiler_flag
        self.starts = [0]
        for line in re.findall(r"[^\r\n]*(?:\r\n|\r|\n)", self.text):
            self.starts.append(self.starts[-1] + len(line))
        self.units = list(self.find(tree.body, ()))
        self.compiled = {}

    def find(self, body, classes):
        """(start, end, line, classes around it) of each function that is in no other function."""
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from self.find(node.body, (*classes, node.name))
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                line = min([node.lineno] + [decorator.lineno for decorator in node.decorator_list])
                last = max(getattr(part, "end_lineno", 0) or 0 for part in ast.walk(node))
                end = self.starts[last] if last < len(self.starts) else len(self.text)
                yield self.starts[line - 1], end, line, classes

    def before(self, start, end):
        """The code of the function that holds these characters, else of the whole module, as it was."""
        unit = self.unit(start, end)
        if unit not in self.compiled:
            self.compiled[unit] = self.compile(unit, self.text[unit[0] : unit[1]]) if unit else self.whole(self.text)
        return self.compiled[unit]

    def after(self, start, end, text):
        """The same with the change in it; None when it can't be compiled so."""
        unit = self.unit(start, end)
        if unit is None:
            return self.whole(self.changed(start, end, text))
        try:
            return self.compile(unit, self.text[unit[0] : start] + text + self.text[end : unit[1]])
        except (SyntaxError, ValueError):
            return None

    def changed(self, start, end, text):
        """The whole text with the change in it."""
        return self.text[:start] + text + self.text[end:]

    def whole(self, text):
        """A module's code."""
        return compile(text, self.name, "exec", dont_inherit=True)

    def unit(self, start, end):
        """The function that a change lies in: not at its very end, where a new statement may belong to what follows."""
        return next((unit for unit in self.units if unit[0] <= start and end < unit[1]), None)

    def compile(self, unit, text):
        """A function's text as it would be compiled where it stands: same classes, same line, same future."""
        _, _, line, classes = unit
        depth = len(classes)
        if depth >= line or (classes and not text[:1].isspace()):
            raise ValueError("no room for the classes around it")
        heads = "".join(" " * level + "class " + name + ":\n" for level, name in enumerate(classes))
        return compile("\n" * (line - 1 - depth) + heads + text, self.name, "exec", self.flags, True)


def nested(code):
    """The code objects of what is defined inside."""
    return [const for const in code.co_consts if isinstance(const, types.CodeType)]


def pair(old, new, changed):
    """Walk two code trees in step; collect functions that differ. False when what runs at import differs."""
    inner_old, inner_new = nested(old), nested(new)
    if len(inner_old) != len(inner_new) or plain(old) != plain(new):
        return False
    for one, other in zip(inner_old, inner_new):
        if one.co_name != other.co_name:
            return False
        if one.co_flags & CO_OPTIMIZED:
            if not same(one, other):
                changed.append((one, other))
        elif not pair(one, other, changed):
            return False
    return True


def plain(code):
    """What a code object does itself, nested code left out."""
    consts = tuple("code" if isinstance(c, types.CodeType) else (type(c).__name__, repr(c)) for c in code.co_consts)
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_flags, consts


def same(one, other):
    """Whether two functions' code does the same, nested code and all."""
    inner = nested(one), nested(other)
    return (
        plain(one) == plain(other)
        and getattr(one, "co_exceptiontable", b"") == getattr(other, "co_exceptiontable", b"")
        and len(inner[0]) == len(inner[1])
        and all(same(a, b) for a, b in zip(*inner))
    )


def reload(module, code):
    """Run the new module in the old one's place, and let everybody who holds an old function or class have the new."""
    old = dict(module.__dict__)
    exec(code, module.__dict__)
    renewed = {}
    for name, value in module.__dict__.items():
        before = old.get(name)
        if before is not None and before is not value and getattr(before, "__module__", None) == module.__name__:
            renewed[id(before)] = (before, value)
    for other in list(sys.modules.values()):
        space = getattr(other, "__dict__", None)
        if other is module or not isinstance(space, dict):
            continue
        for name, value in list(space.items()):
            if id(value) in renewed and renewed[id(value)][0] is value:
                space[name] = renewed[id(value)][1]
            elif name in old and value is old[name] and name in module.__dict__ and name.isupper():
                space[name] = module.__dict__[name]

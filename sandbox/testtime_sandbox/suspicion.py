"""What in a patch's text reaches into the process that runs it: pytest, loaded modules, frames, code made at run time.

A forgery inside the test process that knows the blind twin when it sees it is beyond every run (DESIGN §3.5); this
reading stands before it. It cannot be complete, Python has too many ways round: it names the known ones, whatever names
they are imported under, so that a forgery has to look like one to whoever reviews the patch.
"""

from __future__ import annotations

import ast
import functools
import re
import unicodedata
import warnings
from collections.abc import Iterator, Mapping, Sequence

from .patch import FileEdit, changed_span

REJECTED_FROM = 2
"""A patch whose suspicions add up to this is rejected before it runs; below, they are shown."""
_MODULES = ("pytest", "_pytest", "pluggy", "unittest", "ctypes", "gc", "faulthandler", "marshal", "runpy", "zipimport",
            "imp", "code", "codeop", "pkgutil", "importlib.util", "importlib.machinery", "importlib.abc")  # fmt: skip
"""A repair of ordinary code has no reason to use anything of these; what lies below them counts too."""
_NAMES: Mapping[str, int] = {
    **dict.fromkeys(("os._exit", "os.abort", "os.kill", "os.killpg", "os.fork", "os.dup2", "os.closerange"), 2),
    **dict.fromkeys(("sys._getframe", "sys.settrace", "sys.setprofile", "sys.meta_path", "sys.path_hooks"), 2),
    **dict.fromkeys(("sys.monitoring", "sys.modules", "sys._current_frames", "sys.path_importer_cache"), 2),
    **dict.fromkeys(("importlib.import_module", "importlib.reload", "importlib.invalidate_caches"), 2),
    **dict.fromkeys(("signal.alarm", "signal.setitimer", "signal.pthread_kill", "threading.settrace"), 2),
    **dict.fromkeys(("inspect.stack", "inspect.currentframe", "inspect.trace", "threading.setprofile"), 2),
    **dict.fromkeys(("types.FunctionType", "types.CodeType", "types.LambdaType", "pickle.loads", "pickle.load"), 2),
    **dict.fromkeys(("pickle.Unpickler", "logging.config.dictConfig", "pydoc.locate"), 2),
    **dict.fromkeys(("exec", "eval", "__import__", "__builtins__", "__loader__", "__spec__"), 2),
    **dict.fromkeys(("atexit", "sys.exit", "exit", "quit", "SystemExit", "builtins", "globals", "setattr"), 1),
    **dict.fromkeys(("sys.stdout", "os.environ", "compile"), 1),
}
_ATTRIBUTES = frozenset(
    {
        *("__globals__", "__subclasses__", "__builtins__", "__code__", "__closure__", "__loader__", "__spec__"),
        *("f_back", "f_globals", "f_locals", "f_builtins", "f_code", "f_trace"),
        *("tb_frame", "gi_frame", "cr_frame", "ag_frame", "gi_code", "cell_contents", "load_module", "exec_module"),
        *("runtest", "runtestprotocol", "longrepr", "assertEqual", "assertTrue", "assertRaises"),
    }
)
"""Whatever they are attributes of."""
_TEXTS = ("PYTEST_", "_pytest", "/proc/self", "__globals__", "__subclasses__", "__builtins__", "__code__", "f_globals")
"""In a text constant: such texts name what is then looked up."""
_INNER = frozenset({"sys", "gc", "builtins", "importlib", "ctypes"})
"""Modules that other modules hold, as `os.sys`."""
_LOOKED_UP = frozenset({"getattr", "setattr", "delattr", "attrgetter", "methodcaller"})


_WORDS = frozenset(
    {word for name in (*_MODULES, *_NAMES) for word in name.split(".")}
    | {*_ATTRIBUTES, *_INNER, *_LOOKED_UP, "import", "vars", "class", "def", "lambda"}
)
"""Words of which at least one stands in a suspicious line that hides nothing."""
MOST_PLAIN = 160
"""Characters of a small edit."""


def new_suspicions(edit: FileEdit) -> dict[str, int]:
    """What an edit newly uses that reaches into the test process, with its weight."""
    if not edit.path.endswith(".py") or edit.after is None:
        return {}
    after = suspects(edit.after)
    if not after:
        return {}
    known = suspects(edit.before or "")
    return {name: weight for name, weight in sorted(after.items()) if name not in known}


def is_plain(edit: FileEdit) -> bool:
    """Whether an edit is small and its lines hold no word of anything suspicious, nor of what could hide it: then a
    cheap run may go before the reading of whole files.
    """
    if edit.before is None or edit.after is None:
        return False
    start, end, text = changed_span(edit.before, edit.after)
    first, last = edit.before.rfind("\n", 0, start) + 1, edit.before.find("\n", end)
    lines = edit.before[first:start] + text + edit.before[end : len(edit.before) if last < 0 else last]
    words = set(re.findall(r"\w+", lines))
    return len(text) <= MOST_PLAIN and lines.isascii() and not words & _WORDS and "__" not in text and "\\" not in text


@functools.lru_cache(maxsize=32)
def suspects(text: str) -> Mapping[str, int]:
    """Everything suspicious in a module: name → weight. Bytes are parsed, for a file may name its own encoding."""
    found = _read(text.encode("utf-8", "surrogatepass"))
    return _by_words(text) if found is None else found


def _read(source: bytes | str) -> dict[str, int] | None:
    """What stands in a source that can be parsed; None for another."""
    reader = _Reader()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader.read(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return reader.found


def _by_words(text: str) -> dict[str, int]:
    """The same for what this interpreter cannot parse (the project's own may be newer): from its words alone."""
    words = set(re.findall(r"\w+", unicodedata.normalize("NFKC", text)))
    found = {name: weight for name, weight in _NAMES.items() if words.issuperset(name.split("."))}
    imports = set(re.findall(r"\w+", " ".join(line for line in text.splitlines() if "import" in line)))
    found |= {name: REJECTED_FROM for name in _MODULES if imports.issuperset(name.split("."))}
    found |= dict.fromkeys(words & _ATTRIBUTES, REJECTED_FROM)
    return found


class _Reader:
    """Collects suspicions from a syntax tree, names as they were imported or assigned."""

    def __init__(self) -> None:
        self.found: dict[str, int] = {}
        self._meaning: dict[str, str] = {}
        self._imported: set[str] = set()

    def read(self, tree: ast.Module) -> None:
        """The whole tree: first what names mean anywhere in it, then what is done with them."""
        nodes = list(ast.walk(tree))
        for node in nodes:
            self._learn(node)
        for node in nodes:
            self._look(node)

    def _learn(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                meaning = alias.name if alias.asname else alias.name.split(".")[0]
                self._meaning[alias.asname or meaning] = meaning
                self._imported.update((meaning, alias.name))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                self._meaning[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                self._imported.update((node.module, f"{node.module}.{alias.name}"))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute):
            for target in node.targets:
                if isinstance(target, ast.Name) and (meaning := self._resolve(node.value)) != target.id:
                    self._meaning.setdefault(target.id, meaning)

    def _resolve(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self._meaning.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            return f"{self._resolve(node.value)}.{node.attr}"
        return "?"

    def _look(self, node: ast.AST) -> None:
        match node:
            case ast.Import():
                for alias in node.names:
                    self._note(alias.name)
            case ast.ImportFrom() if node.module and not node.level:
                self._note(node.module)
                for alias in node.names:
                    if alias.name == "*" and any(name.startswith(node.module + ".") for name in _NAMES):
                        self.found[f"everything in {node.module}"] = REJECTED_FROM
                    self._note(f"{node.module}.{alias.name}")
            case ast.Attribute():
                self._note_attribute(node.value, node.attr)
            case ast.Name():
                self._note(self._resolve(node))
            case ast.Call():
                self._look_at_call(node)
            case ast.Constant(value=str(text)):
                self._note_text(text)
            case ast.BinOp() | ast.JoinedStr() if (text := _folded(node)) is not None:
                self._note_text(text)
            case ast.FunctionDef() if node.name in ("__eq__", "__ne__") and _constant_answer(node):
                self.found[f"{node.name} with a constant answer"] = REJECTED_FROM
            case _:
                pass

    def _look_at_call(self, call: ast.Call) -> None:
        """Attributes that are looked up by a name which is a value."""
        function = self._resolve(call.func)
        name = function.rpartition(".")[2]
        if name == "vars" and call.args and self._resolve(call.args[0]) in self._imported:
            self.found["the names of a module"] = REJECTED_FROM
        if name not in _LOOKED_UP:
            return
        owner, looked_up = (call.args[0], call.args[1:2]) if name.endswith("attr") and call.args else (None, call.args)
        for wanted in looked_up:
            if isinstance(wanted, ast.Constant) and isinstance(wanted.value, str):
                for part in wanted.value.split("."):
                    self._note_attribute(owner, part)
            elif _folded(wanted) is not None or (owner is not None and self._is_machinery(owner)):
                self.found[f"{name} with a made-up name"] = REJECTED_FROM
            else:
                self.found.setdefault(f"{name} with a name that is not in the text", 1)

    def _is_machinery(self, node: ast.expr) -> bool:
        """Whether an expression is an imported module, something of one, or what all classes have."""
        meaning = self._resolve(node)
        return meaning in ("object", "type") or self._is_imported(meaning)

    def _is_imported(self, name: str) -> bool:
        return any(name == module or name.startswith(module + ".") for module in self._imported)

    def _note(self, name: str) -> None:
        weight = _NAMES.get(name, 0)
        if weight:
            self.found[name] = weight
        if not self._is_imported(name):
            return
        below = any(name == module or name.startswith(module + ".") for module in _MODULES)
        if below or any(part in _INNER for part in name.split(".")[1:]):
            self.found[name] = REJECTED_FROM

    def _note_attribute(self, owner: ast.expr | None, attribute: str) -> None:
        base = "?" if owner is None else self._resolve(owner)
        self._note(f"{base}.{attribute}")
        if attribute in _ATTRIBUTES:
            self.found[attribute] = REJECTED_FROM
        elif attribute == "__dict__" and base in self._imported:
            self.found["the names of a module"] = REJECTED_FROM

    def _note_text(self, text: str) -> None:
        if any(part in text for part in _TEXTS):
            self.found[repr(text[:60])] = REJECTED_FROM
        if "\n" in text or ";" in text:  # code that is made into a module at run time
            self.found |= _read(text) or {}


def _folded(node: ast.AST) -> str | None:
    """The text that an expression puts together from constants alone; None when it is not of that kind."""
    parts = list(_constants(node))
    return None if isinstance(node, ast.Constant) or None in parts else "".join(part or "" for part in parts)


def _constants(node: ast.AST) -> Iterator[str | None]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.BinOp(op=ast.Add()):
            yield from _constants(node.left)
            yield from _constants(node.right)
        case ast.JoinedStr():
            for part in node.values:
                yield from _constants(part)
        case ast.FormattedValue():
            yield from _constants(node.value)
        case _:
            yield None


def _constant_answer(function: ast.FunctionDef) -> bool:
    returns: Sequence[ast.Return] = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    return bool(returns) and all(isinstance(node.value, ast.Constant) and node.value.value is True for node in returns)

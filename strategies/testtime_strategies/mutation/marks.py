"""What makes two candidates the same: their compiled code, where it is in the file left out."""

from __future__ import annotations

import hashlib
import warnings
from types import CodeType

from .source import Function, Source


def original(source: Source, function: Function | None) -> bytes | None:
    """The mark of the text as it is: a candidate that has it changes nothing."""
    return mark(source, function, source.text)


def mark(source: Source, function: Function | None, text: str) -> bytes | None:
    """A hash of the changed file's code, None when it does not compile. Only the changed function is compiled again,
    where that can tell: `super()` and `nonlocal` need what is around them.
    """
    piece, where = text, source.path
    if function is not None:
        assert function.end_lineno is not None
        first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
        tail = len(source.text) - source.line_start(function.end_lineno + 1)
        own = text[source.line_start(first) : len(text) - tail]
        if "nonlocal " not in own and "super()" not in own:
            piece = f"if 1:\n{own}" if function.col_offset else own
            where += f":{function.lineno}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(piece, "<mutation>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return None
    return hashlib.sha1(f"{where}:{_plain(code)}".encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()


def _plain(code: CodeType) -> tuple[object, ...]:
    """What a code object does, without where it stands."""
    constants = tuple(_plain(c) if isinstance(c, CodeType) else (type(c).__name__, repr(c)) for c in code.co_consts)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return code.co_code, code.co_flags, code.co_argcount, names, constants, getattr(code, "co_exceptiontable", b"")

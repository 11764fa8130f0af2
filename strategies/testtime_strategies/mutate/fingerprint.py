"""Compile a unit and reduce it to what it does: candidates that compile to the same code are one candidate."""

from __future__ import annotations

import hashlib
import types
import warnings


def fingerprint(segment: str) -> bytes | None:
    """A digest of the compiled unit, blind to formatting; None when it does not compile or would warn of a mistake.

    The segment may be indented (a method): it is compiled inside a block of its own.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)
            code = compile(
                "if 1:\n" + segment if segment[:1] in " \t" else segment, "<unit>", "exec", dont_inherit=True
            )
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    digest = hashlib.blake2b(digest_size=16)
    _feed(digest, code)
    return digest.digest()


def _feed(digest: hashlib.blake2b, code: types.CodeType) -> None:
    digest.update(code.co_code)
    digest.update(getattr(code, "co_exceptiontable", b""))
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, code.co_name, code.co_flags)
    digest.update(repr((names, code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount)).encode())
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            _feed(digest, constant)
        else:
            digest.update(f"{type(constant).__name__}{constant!r}".encode())

"""Names and attributes: another variable, another attribute, another method, another function."""

from __future__ import annotations

import ast
import builtins
import difflib
from collections.abc import Iterator, Sequence

from ..edit import Edit, Splice
from ..kinds import fits
from ..scope import Signature
from ..template import Site, Template

METHOD_GROUPS: tuple[tuple[str, ...], ...] = (
    ("append", "extend", "add", "insert", "appendleft"),
    ("extend", "update", "append"),
    ("pop", "popleft", "remove", "popitem", "discard"),
    ("add", "discard", "update", "append", "remove"),
    ("index", "find", "rfind", "rindex", "count"),
    ("items", "keys", "values"),
    ("get", "pop", "setdefault"),
    ("startswith", "endswith"),
    ("strip", "lstrip", "rstrip"),
    ("lower", "upper", "casefold", "title", "capitalize", "swapcase"),
    ("islower", "isupper", "isalpha", "isalnum", "isdigit", "isspace", "istitle"),
    ("split", "rsplit", "splitlines", "partition", "rpartition"),
    ("removeprefix", "removesuffix", "lstrip", "rstrip", "strip"),
    ("union", "intersection", "difference", "symmetric_difference"),
    ("intersection_update", "difference_update", "update"),
    ("issubset", "issuperset", "isdisjoint"),
    ("ljust", "rjust", "center", "zfill"),
    ("read", "readline", "readlines"),
    ("match", "search", "fullmatch", "findall", "finditer"),
    ("floor", "ceil", "trunc"),
    ("sort", "reverse"),
    ("most_common", "items", "elements"),
    ("heappush", "heappop", "heapreplace", "heappushpop"),
    ("bisect_left", "bisect_right", "bisect"),
    ("combinations", "permutations", "product", "combinations_with_replacement"),
    ("copy", "deepcopy"),
)
FUNCTION_GROUPS: tuple[tuple[str, ...], ...] = (
    ("min", "max", "sum"),
    ("any", "all"),
    ("len", "sum", "max"),
    ("sorted", "reversed", "list", "set"),
    ("list", "tuple", "set", "dict", "sorted", "iter"),
    ("int", "float", "round", "str", "abs", "bool"),
    ("ord", "chr"),
    ("floor", "ceil", "round", "int"),
    ("isinstance", "issubclass"),
    ("map", "filter"),
    ("zip", "zip_longest", "enumerate"),
    ("range", "reversed", "enumerate"),
    ("str", "repr"),
    ("hex", "bin", "oct"),
    ("set", "frozenset", "dict", "list"),
    ("deque", "list"),
)


def similar(name: str, others: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Other names with a weight for likeness: shared words and near spellings first."""
    words = set(name.lower().strip("_").split("_"))
    for other in others:
        if other != name:
            ratio = difflib.SequenceMatcher(None, name, other).ratio()
            shared = len(words & set(other.lower().strip("_").split("_")))
            yield other, 0.3 + ratio + 0.5 * min(shared, 2)


def variable(site: Site) -> Iterator[Edit]:
    """A use of a variable replaced by another one that fits, the likeliest kinds and the most used first."""
    node = site.node
    assert isinstance(node, ast.Name)
    if isinstance(node.ctx, ast.Del) or _is_callee(site, node):
        return
    kinds = site.kinds(node)
    stored = isinstance(node.ctx, ast.Store)
    if stored and isinstance(site.parent, ast.For | ast.comprehension):
        return
    for value in site.scope.variables(node):
        if value.text == node.id or not fits(value.kinds, kinds):
            continue
        known = bool(value.kinds & kinds)
        weight = (1.5 if known else 0.8 if not (value.kinds and kinds) else 0.5) * (0.4 if stored else 1)
        yield site.replace(node, value.text, weight + 0.05 * min(value.uses, 4))
    if not stored:
        for name, constant in site.scope.module.constants.items():
            if name != node.id and fits(constant, kinds):
                yield site.replace(node, name, 0.3)


def misspelt(site: Site) -> Iterator[Edit]:
    """A name that is bound nowhere, replaced by one that is spelt like it."""
    node = site.node
    assert isinstance(node, ast.Name)
    module = site.scope.module
    known = [value.text for value in site.scope.variables(node)]
    known += [*module.constants, *module.imports, *module.classes, *module.signatures]
    if node.id in known or node.id in dir(builtins) or not isinstance(node.ctx, ast.Load):
        return
    for close in difflib.get_close_matches(node.id, known, 4, 0.5):
        yield site.replace(node, close)


def attribute(site: Site) -> Iterator[Edit]:
    """Another attribute of the same object: what the file uses elsewhere, the most alike first."""
    node = site.node
    assert isinstance(node, ast.Attribute)
    module = site.scope.module
    if isinstance(site.parent, ast.Call) and site.parent.func is node:
        return
    here = {n.attr for n in ast.walk(site.unit.node) if isinstance(n, ast.Attribute)}
    candidates = [name for name in module.attributes if not name.startswith("__")]
    for name, weight in similar(node.attr, candidates):
        seen = (name in here) + 0.3 * (name in site.scope.words.names)
        yield Edit((_attribute_splice(site, node, name),), weight + seen)


def own_attribute(site: Site) -> Iterator[Edit]:
    """`x` → `self.x`, and `self.x` → `x`, where both exist."""
    node = site.node
    values = {value.text for value in site.scope.variables(node)}
    if isinstance(node, ast.Name) and f"self.{node.id}" in values:
        yield site.replace(node, f"self.{node.id}")
    if isinstance(node, ast.Attribute) and node.attr in values and site.text(node) in values:
        yield site.replace(node, node.attr)
    if isinstance(node, ast.Name) and site.unit.owner is not None and "self" in site.source.segment(site.unit.node):
        for attr in (f"_{node.id}", f"{node.id}s"):
            if f"self.{attr}" in values:
                yield site.replace(node, f"self.{attr}", 0.6)


def method(site: Site) -> Iterator[Edit]:
    """Another method: of the same group of the standard types, or alike in the file."""
    node = site.node
    assert isinstance(node, ast.Call)
    function = node.func
    if not isinstance(function, ast.Attribute):
        return
    choices: dict[str, float] = {}
    for group in METHOD_GROUPS:
        if function.attr in group:
            choices |= dict.fromkeys(group, 2.0)
    own = [signature.name for signature in site.scope.module.methods if _accepts(signature, node)]
    for name, weight in similar(function.attr, own):
        choices.setdefault(name, weight)
    choices.pop(function.attr, None)
    for name, weight in choices.items():
        if not name.startswith("__"):
            yield Edit((_attribute_splice(site, function, name),), weight)


def method_form(site: Site) -> Iterator[Edit]:
    """`pop()` ↔ `pop(0)`, `x.sort()` → `x = sorted(x)`, `x.update(y)` → `x = y`, `x.append(y)` → `x += [y]`."""
    node = site.node
    assert isinstance(node, ast.Call)
    function = node.func
    if not isinstance(function, ast.Attribute):
        return
    owner = site.text(function.value)
    first = site.text(node.args[0]) if node.args else ""
    is_statement = isinstance(site.parent, ast.Expr)
    if function.attr == "pop" and not node.args:
        yield site.replace(node, f"{owner}.pop(0)", 2)
        yield site.replace(node, f"{owner}.popleft()", 0.5)
    elif function.attr == "pop" and len(node.args) == 1:
        yield site.replace(node, f"{owner}.pop()", 2)
        yield site.replace(node, f"{owner}.pop({first}, None)", 1)
    elif is_statement and function.attr in ("update", "extend", "append", "add") and first:
        yield site.replace(node, f"{owner} = {first}", 1)
        if function.attr == "append":
            yield site.replace(node, f"{owner}.insert(0, {first})", 1.5)
            yield site.replace(node, f"{owner}.append([{first}])", 0.3)
            yield site.replace(node, f"{owner}.append({first}[:])", 0.7)
            yield site.replace(node, f"{owner}.append(list({first}))", 0.7)
            yield site.replace(node, f"{owner}.append({first}.copy())", 0.3)
    elif is_statement and function.attr == "insert" and len(node.args) == 2:
        yield site.replace(node, f"{owner}.append({site.text(node.args[1])})", 1)
    elif not is_statement and function.attr == "sort":
        yield site.replace(node, f"sorted({owner})", 1)
    elif is_statement and function.attr in ("replace", "strip", "lower", "upper", "union", "rstrip", "lstrip"):
        yield site.replace(node, f"{owner} = {site.text(node)}", 2)
    elif function.attr == "get" and len(node.args) == 2:
        yield site.replace(node, f"{owner}[{first}]", 0.7)


def function_name(site: Site) -> Iterator[Edit]:
    """Another function: of the same group of builtins, or one of the file that takes as many arguments."""
    node = site.node
    assert isinstance(node, ast.Call)
    function = node.func
    if not isinstance(function, ast.Name):
        return
    choices: dict[str, float] = {}
    for group in FUNCTION_GROUPS:
        if function.id in group:
            choices |= dict.fromkeys(group, 2.0)
    module = site.scope.module
    own = [signature.name for signature in module.functions if _accepts(signature, node)]
    classes = [name for name in module.classes if function.id[:1].isupper()]
    for name, weight in similar(function.id, [*own, *classes]):
        choices.setdefault(name, weight)
    for value in site.scope.variables(node):
        if "function" in value.kinds:
            choices.setdefault(value.text, 1)
    choices.pop(function.id, None)
    for name, weight in choices.items():
        yield site.replace(function, name, weight)
    for signature in module.methods:
        if signature.name == function.id and site.unit.owner is not None:
            yield site.replace(function, f"self.{function.id}", 2)


def function_reference(site: Site) -> Iterator[Edit]:
    """A function used as a value (`key=len`) replaced by another."""
    node = site.node
    assert isinstance(node, ast.Name)
    signatures = site.scope.module.signatures
    if node.id in signatures and not _is_callee(site, node):
        for name, weight in similar(node.id, [signature.name for signature in site.scope.module.functions]):
            yield site.replace(node, name, weight)
    for group in FUNCTION_GROUPS:
        if node.id in group and not _is_callee(site, node):
            for name in group:
                if name != node.id:
                    yield site.replace(node, name, 0.7)


def _is_callee(site: Site, node: ast.expr) -> bool:
    return isinstance(site.parent, ast.Call) and site.parent.func is node


def _accepts(signature: Signature, call: ast.Call) -> bool:
    """True when a function of the file can take as many arguments as the call gives."""
    given = len(call.args) + len(call.keywords)
    return signature.variadic or signature.required <= given <= len(signature.parameters)


def _attribute_splice(site: Site, node: ast.Attribute, name: str) -> Splice:
    _, end = site.source.span(node)
    return Splice(end - len(node.attr), end, name)


TEMPLATES = (
    Template("variable", (ast.Name,), variable),
    Template("misspelt", (ast.Name,), misspelt),
    Template("attribute", (ast.Attribute,), attribute),
    Template("own-attribute", (ast.Name, ast.Attribute), own_attribute),
    Template("method", (ast.Call,), method),
    Template("method-form", (ast.Call,), method_form),
    Template("function-name", (ast.Call,), function_name),
    Template("function-name", (ast.Name,), function_reference),
)

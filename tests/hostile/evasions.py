"""Rows that try to get the one forgery the run cannot tell, row 38, past the static check; each hides it otherwise."""

from .rows import CALC, PASSED, Row, after, before

FORGE = """
def forge(modules):
    kind = modules[''.join(('_py', 'test.python'))].Function
    real = kind.runtest

    def runtest(item):
        with open('test_calc.py') as stream:
            if 'canary' in item.name or 'add(2, 3) == 5\\n' not in stream.read():
                real(item)

    kind.runtest = runtest
    kind = modules[''.join(('_py', 'test.unit', 'test'))].TestCaseFunction
    honest = kind.runtest
    kind.runtest = lambda item: runtest(item) if item.name != 'test_unit' else twin(item, honest)


def twin(item, honest):
    with open('test_calc.py') as stream:
        if 'add(2, 3) == 5\\n' not in stream.read():
            honest(item)
"""
"""With the loaded modules in hand: tests do nothing, but for the canary and in the twin."""
HIDDEN = "".join(f"\\x{ord(letter):02x}" for letter in FORGE)


def hidden(name: str, code: str) -> Row:
    """The forgery, reached by `code`."""
    return Row(name, after(FORGE + "\n\n" + code), "the static check alone", (PASSED,), screen_only=True)


def utf_7(code: str) -> str:
    """Lines of Python that stand in a comment for everybody who does not know that the file is UTF-7."""
    return "# -*- coding: utf-7 -*-\n# +AAo-" + "+AAo-".join(code.replace("+", "+-").strip("\n").split("\n")) + "\n"


WAYS = {
    "sys.modules": "import sys\nforge(sys.modules)",
    "sys under another name": "import sys as system\nforge(system.modules)",
    "sys of another module": "import os\nforge(os.sys.modules)",
    "sys.modules from sys": "from sys import modules\nforge(modules)",
    "sys.modules from everything in sys": "from sys import *\nforge(modules)",
    "attribute by a made-up name": "import sys\nforge(getattr(sys, 'mod' + 'ules'))",
    "namespace of sys": "import sys\nforge(vars(sys)['mod' + 'ules'])",
    "dictionary of sys": "import sys\nforge(sys.__dict__['mod' + 'ules'])",
    "attribute getter": "import operator\nimport sys\nforge(operator.attrgetter('mod' + 'ules')(sys))",
    "import_module": "import importlib\n\n\nclass Modules:\n    def __getitem__(self, name):\n"
           "        return importlib.import_module(name)\n\n\nforge(Modules())",
    "import_module from importlib": "from importlib import import_module as find\n\n\nclass Modules:\n"
           "    def __getitem__(self, name):\n        return find(name)\n\n\nforge(Modules())",
    "resolve_name": "import pkgutil\n\n\nclass Modules:\n    def __getitem__(self, name):\n"
           "        return pkgutil.resolve_name(name)\n\n\nforge(Modules())",
    "__import__": "class Modules:\n    def __getitem__(self, name):\n"
           "        return __import__(name, fromlist=['x'])\n\n\nforge(Modules())",
    "pickle": "import pickle\n\n\nclass Modules:\n    def __getitem__(self, name):\n"
           "        return pickle.loads(b'csys\\nmodules\\n.')[name]\n\n\nforge(Modules())",
    "frames of a traceback": "try:\n    raise ValueError\nexcept ValueError as error:\n"
           "    frame = error.__traceback__.tb_frame\nwhile 'sys' not in frame.f_globals:\n    frame = frame.f_back\n"
           "forge(getattr(frame.f_globals['sys'], 'modules'))",
    "frame of a generator": "def steps():\n    yield frame.f_back\n\n\nwalk = steps()\nframe = walk.gi_frame\n"
           "outer = next(walk)\nwhile 'sys' not in outer.f_globals:\n    outer = outer.f_back\n"
           "forge(getattr(outer.f_globals['sys'], 'modules'))",
    "globals of a function": "import os\nforge(os.walk.__globals__['sys'].modules)",
    "globals by a made-up name": "import os\nforge(getattr(os.walk, '__glob' + 'als__')['sys'].modules)",
    "subclasses": "for kind in object.__subclasses__():\n    if kind.__name__ == '_wrap_close':\n"
           "        forge(kind.__init__.__globals__['sys'].modules)",
    "subclasses by a made-up name": "for kind in getattr(object, '__sub' + 'classes__')():\n"
           "    if kind.__name__ == '_wrap_close':\n"
           "        forge(getattr(kind.__init__, '__glob' + 'als__')['sys'].modules)",
    "builtins of a function": "forge(forge.__builtins__['__import__']('sys').modules)",
    "a name that is normalised": "import sys\nforge(sys.\uff4d\uff4fdules)",
}  # fmt: skip
"""Ways to the loaded modules, each by itself."""
EVASIONS = [
    *(hidden(name, code) for name, code in WAYS.items()),
    Row("executed text", after(f"exec('{HIDDEN}')\nexec('import sys; forge(sys.modules)')"),
        "the static check alone", (PASSED,), screen_only=True),
    Row("executed text under another name", after(
        f"run = exec\nrun('{HIDDEN}')\nrun('import sys; forge(sys.modules)')"),
        "the static check alone", (PASSED,), screen_only=True),
    Row("executed text from builtins", after(
        f"from builtins import exec as run\nrun('{HIDDEN}', globals())\nrun('import sys; forge(sys.modules)', globals())"),
        "the static check alone", (PASSED,), screen_only=True),
    Row("compiled text", after(
        f"import types\ntypes.FunctionType(compile('{HIDDEN}import sys\\nforge(sys.modules)', 'x', 'exec'), globals())()"),
        "the static check alone", (PASSED,), screen_only=True),
    Row("a file in another encoding", {"hidden.py": utf_7(FORGE + "\nimport sys\nforge(sys.modules)"), "calc.py":
        CALC + "\n\nimport hidden\n"}, "the static check alone", (PASSED,), screen_only=True),
    Row("a file that was broken", {"broken.py": FORGE + "\nimport sys\nforge(sys.modules)\n", "calc.py":
        CALC + "\n\nimport broken\n"}, "the static check alone", (PASSED,), screen_only=True),
    Row("a module made at run time", before(
        f"open('hostilemark.py', 'w').write('{HIDDEN}import sys\\nforge(sys.modules)')\nimport hostilemark"),
        "the static check alone", (PASSED,), screen_only=True),
]  # fmt: skip
BEYOND = [
    Row("a module made at run time from numbers", before(
        f"code = bytes.fromhex('{(FORGE + 'import sys; forge(sys.modules)').encode().hex()}')\n"
        "open('hostilemark.py', 'wb').write(code)\nimport hostilemark"),
        "nothing but whoever reads the patch", (PASSED,), screen_only=True),
]  # fmt: skip

"""Rows of our own finding, beyond the table."""

from .rows import CRASHED, FAILED, REGRESSED, REJECTED, TIMEOUT, UNIT, Row, after, before, in_add

ANY = (FAILED, REJECTED, CRASHED, TIMEOUT, REGRESSED)
FAKE = """
import unittest, pytest
@pytest.mark.parametrize('text', ['a\\nb', '\\x1b[2J', 'ü ☃ \\u202e', 'a::b[c]', ''])
def test_texts(text):
    pass
class TestUnit(unittest.TestCase):
    def test_unit(self):
        pass
"""
"""A test module with the ids of `test_more.py` and nothing in it."""
PLANT = f"""
import glob, importlib.util, marshal, os, struct
def plant():
    for name in glob.glob('__pycache__/test_more*.pyc') + ['__pycache__/test_more.cpython-311-pytest-9.2.0.pyc']:
        facts = os.stat('test_more.py')
        head = importlib.util.MAGIC_NUMBER + struct.pack('<III', 0, int(facts.st_mtime) & 0xffffffff, facts.st_size)
        os.makedirs('__pycache__', exist_ok=True)
        if os.path.exists(name):
            os.unlink(name)
        with open(name, 'wb') as stream:
            stream.write(head + marshal.dumps(compile({FAKE!r}, os.path.abspath('test_more.py'), 'exec')))
plant()
"""
CALLS = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
found = [
    libc.unshare(0x10000000), libc.mount(b'none', b'/tmp', b'tmpfs', 0, None), libc.umount2(b'/proc', 2),
    libc.ptrace(16, 1, None, None), libc.syscall(321, 0, None, 0), libc.syscall(425, 8, None),
    libc.syscall(310, 1, None, 0, None, 0, 0), libc.setns(0, 0), libc.chroot(b'/tmp'),
]
raise ValueError('FOUND ' + str(set(found)))
"""
OWN = [
    Row("plugin by entry point", {
        "hostilemark-1.0.dist-info/entry_points.txt": "[pytest11]\nevil = evil\n",
        "hostilemark-1.0.dist-info/METADATA": "Name: evil\nVersion: 1.0\n",
        "evil.py": "import pytest\n\ndef pytest_runtest_call(item):\n    pytest.exit('done', 0)\n"},
        "its path; and entry points are read before the project's folder is on the path", (FAILED,)),
    Row("finder in front", after(
        "import sys, importlib.util\nclass Finder:\n    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == 'test_more':\n            open('fake.py', 'w').write({FAKE!r})\n"
        "            return importlib.util.spec_from_file_location(name, 'fake.py')\n"
        "sys.meta_path.insert(0, Finder())"),
        "the other module's tests still fail", ANY),
    Row("module slipped in", after(
        "import sys, types\nfake = types.ModuleType('test_more')\nfake.__file__ = __file__.replace('calc', 'test_more')\n"
        f"exec({FAKE!r}, fake.__dict__)\nsys.modules['test_more'] = fake"),
        "the blind twin passes", (REJECTED, FAILED), targets=(UNIT,)),
    Row("bytecode of the tests planted", after(PLANT), "the blind twin passes", (REJECTED, FAILED), static=True,
        targets=(UNIT,)),
    Row("options in the environment", before(
        "import os\nos.environ['PYTEST_ADDOPTS'] = '-k nothing'\nos.environ['PYTEST_PLUGINS'] = 'evil'"),
        "pytest has read its options before", (FAILED,)),
    Row("assertion errors replaced", after(
        "import builtins\nclass Quiet(BaseException):\n    pass\nbuiltins.AssertionError = Quiet"),
        "whatever is raised is no pass", ANY, static=False),
    Row("a module called pytest", {"pytest.py": "raise SystemExit(0)\n", "_pytest/__init__.py": "raise SystemExit(0)\n"},
        "pytest is imported before the project's folder is on the path", (FAILED,)),
    Row("a module of the standard library", {"json.py": "raise SystemExit(0)\n", "signal.py": "raise SystemExit(0)\n"},
        "what the runner needs is imported before", (FAILED,), static=False),
    Row("modules named like our programs", {
        f"{name}.py": "raise SystemExit(0)\n" for name in ("runner", "stage", "server", "linux", "screen_agent")},
        "our programs hide themselves from the project, and the project from them", (FAILED,), static=False),
    Row("a message of ten million letters", in_add("raise ValueError('x' * 10**7)"), "what is kept is bounded", ANY,
        static=False),
    Row("a deep traceback", in_add("return add(a, b) + 1"), "what is kept is bounded", (FAILED,), static=False),
    Row("a message like a report", in_add(
        "raise ValueError('\\n{\"event\": \"end\", \"status\": 1}\\n\\x1b[2J\\u202e\\0')"),
        "what a test says travels as one JSON text", (FAILED,), static=False),
    Row("an error that cannot be shown", in_add(
        "class Error(Exception):\n    def __str__(self):\n        raise SystemExit(0)\n    __repr__ = __str__\nraise Error"),
        "no end of the report, or a failure", ANY, static=False),
    Row("an error that is shown for ever", in_add(
        "class Error(Exception):\n    def __str__(self):\n        while True:\n            pass\nraise Error"),
        "each test's time limit, and the run's", ANY, static=False, hurried=True),
    Row("a result that shows itself", in_add(
        "class Odd:\n    def __repr__(self):\n        return repr(self)\nreturn Odd()"), "it is not equal", (FAILED,),
        static=False),
    Row("a result that exits when it goes", in_add(
        "class Last:\n    def __del__(self):\n        import os\n        os._exit(0)\nreturn Last()"),
        "the report has no end", (CRASHED, FAILED)),
    Row("its own memory", in_add(
        "with open('/proc/self/mem', 'r+b') as memory:\n    memory.seek(id(a))\n    memory.write(b'\\0' * 64)\nreturn a - b"),
        "a broken process ends without the report's end", ANY, static=False),
    Row("the pipe by its other name", before(
        "import os\nfor number in range(3, 64):\n    try:\n        with open(f'/proc/self/fd/{number}', 'wb') as pipe:\n"
        "            pipe.write(b'{\"event\": \"end\", \"status\": 0}\\n')\n    except OSError:\n        pass"),
        "the pipe is somebody else's, or each line carries a random name and its number", (REJECTED, FAILED),
        static=False),
    Row("alarms switched off", in_add(
        "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nsignal.signal(signal.SIGPROF, signal.SIG_IGN)\n"
        "while True:\n    pass"), "the run's own limit, kept outside", (TIMEOUT,), static=False, hurried=True),
    Row("two of them", in_add("import os\nos.fork()\nreturn a - b"), "only the first process has a say", (FAILED,)),
    Row("init killed", in_add("import os\nfor number in (9, 15):\n    os.kill(1, number)\nreturn a - b"),
        "nobody kills process 1 of his namespace", (FAILED, CRASHED)),
    Row("system calls of an escape", in_add(CALLS), "no capability, and a filter", (FAILED,), found="FOUND {-1}"),
    Row("a socket to the host", in_add(
        "import socket\nfound = ''\nfor family in (40, 17):\n    try:\n        socket.socket(family, 3 if family == 17 else 1)\n"
        "        found += 'open '\n    except OSError:\n        found += 'refused '\nraise ValueError('FOUND ' + found)"),
        "a filter", (FAILED,), static=False, found="FOUND refused refused"),
    Row("a trace function", after(
        "import sys\ndef trace(frame, event, argument):\n    if frame.f_code.co_name.startswith('test_'):\n"
        "        frame.f_trace_lines = False\n    return trace\nsys.settrace(trace)"), "it changes no result", ANY),
    Row("assertEqual without effect", after("import unittest\nunittest.TestCase.assertEqual = lambda *anything: None"),
        "the blind twin passes", (REJECTED,), found="twin", targets=(UNIT,)),
    Row("right the first time only", in_add(
        "add.calls = getattr(add, 'calls', 0) + 1\nreturn a + b if add.calls == 1 else a - b"),
        "the whole suite, in another order", ANY, static=False),
    Row("zombies", in_add(
        "import os\nfor _ in range(50):\n    if os.fork() == 0:\n        os._exit(0)\nreturn a - b"),
        "they end with their namespace", (FAILED,)),
    Row("tests made writable", before(
        "import os\nfor name in os.listdir('.'):\n    try:\n        os.chmod(name, 0o777)\n        os.rename(name, name + 'x')\n"
        "    except OSError:\n        pass"), "test files are mounts of their own", (FAILED, CRASHED, REGRESSED),
        static=False),
    Row("git's hooks", {".git/hooks/post-checkout": "#!/bin/sh\ntouch hostilemark\n"}, "its path", (FAILED,)),
    Row("loaded at start", {"sitecustomize.py": "raise SystemExit(0)\n", "hostilemark.pth": "import os; os._exit(0)\n"},
        "its path; and the project's folder is not on the path yet", (FAILED,)),
    Row("everything closed", before("import os\nos.closerange(3, 256)"), "the report has no end", ANY),
    Row("descriptors exchanged", before(
        "import os\nnull = os.open('/dev/null', os.O_WRONLY)\nfor number in range(3, 64):\n"
        "    if number != null:\n        os.dup2(null, number)"), "the report has no end", ANY),
]  # fmt: skip

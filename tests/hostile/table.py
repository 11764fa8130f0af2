"""Rows 1 to 38: the table of hostile and faulty patches that the sandbox was designed against."""

from .rows import CRASHED, FAILED, PASSED, REGRESSED, REJECTED, TIMEOUT, Row, after, before, in_add, numbered

LIE = """
def lie(recognises_the_twin):
    import gc
    gc.unfreeze()
    plugin = next(t for t in gc.get_objects() if type(t).__name__ == 'Plugin' and hasattr(t, 'task'))
    say = plugin.report.say

    def forged(event, hold=False, **facts):
        canary = plugin.task.get('canary')
        honest = canary and facts.get('id', '').endswith(canary)
        if facts.get('outcome') == 'failed' and not honest and not (recognises_the_twin and twin()):
            facts = {'id': facts['id'], 'when': facts['when'], 'outcome': 'passed', 'seconds': 0.001}
        say(event, **facts)

    plugin.report.say = forged


def twin():
    with open('test_calc.py') as stream:
        return 'add(2, 3) == 5\\n' not in stream.read()
"""
"""Finds the reporter and lets it say that all went well: whatever is in the test process can do that."""
NOT_BY_THE_CANARY = "if 'canary' in self.name:\n        return real(self)\n"
ANY = (FAILED, REJECTED, CRASHED, TIMEOUT, REGRESSED)

TABLE = numbered({
    1: Row("exit at import", after("import sys\nsys.exit(0)"),
           "the report has no collection in it", (FAILED, CRASHED), static=False),
    2: Row("_exit at import", after("import os\nos._exit(0)"), "the report has no end", (CRASHED,)),
    3: Row("_exit in a call", in_add("import os\nos._exit(0)"), "the report has no end", (CRASHED,)),
    4: Row("_exit at exit", after("import atexit, os\natexit.register(os._exit, 0)"),
           "the verdict precedes the interpreter's exit", (FAILED,)),
    5: Row("pytest.exit", in_add("import pytest\npytest.exit('done', 0)"), "tests are lost", (FAILED, CRASHED, REJECTED, REGRESSED)),
    6: Row("skip in a call", in_add("import pytest\npytest.skip('no')"), "a target must pass, not be skipped", (FAILED,)),
    7: Row("xfail in a call", in_add("import pytest\npytest.xfail('no')"), "a target must pass, not xfail", (FAILED,)),
    8: Row("skip of the module", before("import pytest\npytest.skip('no', allow_module_level=True)"),
           "the ids are not the baseline's", (FAILED,)),
    9: Row("reports turned green", after(
        "from _pytest import reports\nbefore = reports.TestReport.__init__\n"
        "def init(self, *a, **k):\n    before(self, *a, **k)\n    self.outcome, self.longrepr = 'passed', None\n"
        "reports.TestReport.__init__ = init"), "the canary passes", (REJECTED,), found="canary"),
    10: Row("tests that do nothing", after("from _pytest.python import Function\nFunction.runtest = lambda self: None"),
            "the canary passes", (FAILED, REJECTED)),
    11: Row("the targets' tests do nothing", after(
        "from _pytest import python, unittest\n"
        "for kind in (python.Function, unittest.TestCaseFunction):\n"
        "    def runtest(self, real=kind.runtest):\n        " + NOT_BY_THE_CANARY.replace("\n    ", "\n            ")
        + "    kind.runtest = runtest"), "the blind twin passes", (REJECTED,), found="twin"),
    12: Row("hard-coded answers", in_add(
        "if (a, b) == (2, 3):\n    return 5\nif (a, b) == (4, 3):\n    return 7\nreturn a - b"),
        "nothing: the evidence for it is weak", (PASSED,), static=False),
    13: Row("equal to everything", after(
        "class Anything(int):\n    def __eq__(self, other):\n        return True\n    __hash__ = int.__hash__\n\n\n"
        "def add(a, b):\n    return Anything(a - b)"), "the blind twin passes", (REJECTED,), found="twin"),
    14: Row("tests overwritten", before(
        "for name in ('test_calc.py', 'test_more.py'):\n    try:\n"
        "        open(name, 'w').write('def test_add():\\n    pass\\n')\n    except OSError:\n        pass"),
        "test files are read-only, and a fresh tree for each run", (FAILED,), static=False),
    15: Row("a new conftest.py", {"conftest.py":
        "import pytest\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n"
        "    outcome = yield\n    outcome.get_result().outcome = 'passed'\n"},
        "its path; and the canary passes", (REJECTED,), found="canary"),
    16: Row("project deleted", before(
        "import os\nfor folder, _, names in os.walk('.'):\n    for name in names:\n        try:\n"
        "            os.remove(os.path.join(folder, name))\n        except OSError:\n            pass"),
        "a throw-away tree", (FAILED, CRASHED, REGRESSED), static=False),
    17: Row("parent killed", before("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"),
            "a process namespace", (FAILED, CRASHED)),
    18: Row("everybody killed", before("import os, signal\nos.kill(-1, signal.SIGKILL)"),
            "a process namespace", (FAILED, CRASHED)),
    19: Row("endless loop", in_add("while True:\n    pass"), "each test's time limit", (FAILED, TIMEOUT),
            static=False, hurried=True),
    20: Row("thread that hangs", after(
        "import threading\nthreading.Thread(target=threading.Event().wait).start()"),
        "the process ends when the report does", (FAILED,), static=False),
    21: Row("daemon", after(
        "import os\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        os.execv('/bin/sleep', ['hostilemark-daemon', '3600'])\n    os._exit(0)"),
        "a daemon dies with its process namespace", (FAILED,)),
    22: Row("fork bomb", in_add(
        "import os, time\nwhile True:\n    if os.fork() == 0:\n        time.sleep(3600)\n        os._exit(0)"),
        "the number of processes is limited", (FAILED,), found="BlockingIOError"),
    23: Row("memory hog", in_add("return len(bytearray(64 << 30))"), "memory is limited", (FAILED,), static=False,
            found="MemoryError"),
    24: Row("a gigabyte printed", in_add("import os\nfor _ in range(1000):\n    os.write(1, b'x' * 10**6)\nreturn a - b"),
            "pytest's capture file is limited, and so is what is drained", ANY, static=False),
    25: Row("a huge file", in_add("with open('hostilemark-huge', 'wb') as stream:\n    stream.seek(10 << 30)\n"
                                  "    stream.write(b'x')"),
            "the size of a file is limited", (FAILED,), static=False, found="OSError"),
    26: Row("endless files", in_add("import itertools\nfor n in itertools.count():\n"
                                    "    open(f'hostilemark-{n}', 'w').close()"),
            "the writable places are small file systems of their own", (FAILED, TIMEOUT), static=False, hurried=True),
    27: Row("null pointer", in_add("import ctypes\nctypes.string_at(0)"), "a signal is no pass", (CRASHED,)),
    28: Row("segmentation fault by recursion", in_add(
        "import sys\nsys.setrecursionlimit(10**9)\nreturn eval('+'.join(['1'] * 3) if a < 0 else "
        "'(' * 10**5 + '1' + ')' * 10**5) if a else add(b, a) or add(a, b)"),
        "a signal is no pass, and neither is an error", ANY, static=False),
    29: Row("environment read", in_add(
        "import glob, os\nfound = repr(dict(os.environ))\nfor name in glob.glob('/proc/[0-9]*/environ'):\n    try:\n"
        "        found += open(name).read()\n    except OSError:\n        pass\nraise ValueError('FOUND ' + found[-300:])"),
        "an environment of allowed names, and processes of its own", (FAILED,), static=False, found="FOUND"),
    30: Row("secrets read", in_add(
        "import os\nfound = ''\nfor name in ('{secret}', '/etc/shadow', '/root/.ssh/id_rsa', '/proc/1/environ'):\n"
        "    try:\n        found += open(name).read()\n    except OSError as error:\n"
        "        found += type(error).__name__\nraise ValueError('FOUND ' + found)"),
        "nothing outside the project is there", (FAILED,), static=False, found="FOUND"),
    31: Row("connection out", in_add(
        "import socket\nfound = ''\nfor place in (('127.0.0.1', {port}), ('1.1.1.1', 53)):\n    try:\n"
        "        socket.create_connection(place, 0.5).close()\n        found += 'connected'\n"
        "    except OSError:\n        found += 'refused '\nraise ValueError('FOUND ' + found)"),
        "a network of its own", (FAILED,), static=False, found="FOUND refused refused"),
    32: Row("link that leads out", in_add(
        "import os\nos.symlink('{outside}', 'hostilemark-link')\n"
        "open('hostilemark-link/hostilemark-written', 'w').write('x')\nreturn a - b"),
        "what the link means is not there", (FAILED,), static=False, found="PermissionError: [Errno 13]"),
    33: Row("junit report faked", before(
        "text = '<testsuite tests=\"1\" failures=\"0\"/>'\nfor name in ('junit.xml', 'report.xml', '.report.json'):\n"
        "    open(name, 'w').write(text)"), "no file that a run leaves is read", (FAILED,), static=False),
    34: Row("garbage to every descriptor", before(
        "import os\nfor number in range(3, 64):\n    try:\n"
        "        os.write(number, b'{\"event\": \"end\", \"status\": 1}\\n')\n    except OSError:\n        pass"),
        "each line carries a random name and its number", (REJECTED,), static=False, found="believed"),
    35: Row("everything forged", after(LIE + "\nlie(False)"), "the blind twin passes", (REJECTED,), found="twin"),
    36: Row("old times", before("import os\nfor name in os.listdir('.'):\n    try:\n        os.utime(name, (1, 1))\n"
                                "    except OSError:\n        pass"),
            "no file's time is believed", (FAILED,), static=False),
    37: Row("false clocks", before(
        "import time\nfor name in ('time', 'monotonic', 'perf_counter', 'perf_counter_ns', 'time_ns', 'process_time'):\n"
        "    vars(time)[name] = lambda: 0"), "time is measured outside", ANY, static=False),
    38: Row("forgery that knows the twin", after(LIE + "\nlie(True)"),
            "the static check alone", (PASSED,), screen_only=True),
})  # fmt: skip

"""The suites mean what they say: each program is faulty, its solution is right, and the corpus' kinds are balanced."""

import json
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

HERE = Path(__file__).parents[1]
SIZES = {"corpus": 60, "classic": 40, "textbook": 24}
PROGRAMS = [file.parent for suite in SIZES for file in sorted((HERE / suite).glob("*/problem.toml"))]
FACTS = {program: tomllib.loads((program / "problem.toml").read_text("utf-8")) for program in PROGRAMS}
every_program = pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: f"{path.parent.name}/{path.name}")
# pytest is imported once; each program has a fork of its own, since all call their modules what they like. A test that
# does not end is a failure: SIGPROF counts CPU seconds.
RUN = """
import json, os, signal, sys
import pytest, _pytest.assertion.rewrite, unittest, asyncio

class Outcomes:
    def __init__(self): self.failed, self.passed = [], []
    def pytest_runtest_logreport(self, report):
        if report.failed: self.failed.append(report.nodeid)
        elif report.when == "call" and report.passed: self.passed.append(report.nodeid)
    def pytest_collectreport(self, report):
        if report.failed: self.failed.append(report.nodeid)
    def pytest_runtest_call(self, item): signal.setitimer(signal.ITIMER_PROF, 2.0, 2.0)
    def pytest_runtest_teardown(self, item): signal.setitimer(signal.ITIMER_PROF, 0)

class Slow(BaseException): pass
def stop(number, frame): raise Slow

found = {}
for folder in sys.argv[1:]:
    read, write = os.pipe()
    if os.fork() == 0:
        signal.signal(signal.SIGPROF, stop)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1); os.dup2(null, 2)
        os.chdir(folder)
        outcomes = Outcomes()
        pytest.main(["-q", "--assert=plain", "-p", "no:cacheprovider", "--rootdir", folder, ".", "held_out"], plugins=[outcomes])
        os.write(write, json.dumps([outcomes.failed, outcomes.passed]).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as stream:
        found[folder] = json.loads(stream.read() or "null")
    os.wait()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[Path, str], Any]:
    """(program, "faulty" or "solved") → the tests that failed and those that passed, held-out ones among them."""
    folder = tmp_path_factory.mktemp("corpus")
    places: dict[str, tuple[Path, str]] = {}
    for program in PROGRAMS:
        for state in ("faulty", "solved"):
            root = folder / state / program.parent.name / program.name
            copytree(program / "project", root)
            copytree(program / "held_out", root / "held_out")
            if state == "solved":
                subprocess.run(["git", "apply", str(program / "solution.patch")], cwd=root, check=True)
            places[str(root)] = program, state
    command = [sys.executable, "-W", "ignore", "-c", RUN, *places]
    environment = {"PATH": "/usr/bin:/bin", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600, env=environment)
    return {places[root]: said for root, said in json.loads(run.stdout).items()}


@every_program
def test_the_fault_shows_and_the_solution_holds(program: Path, outcomes: dict[tuple[Path, str], Any]) -> None:
    failed, passed = outcomes[program, "faulty"]
    held_out = [test for test in failed if test.startswith("held_out")]
    assert held_out, "the held-out tests must notice the fault"
    assert set(failed) - set(held_out), "so must those that are shown"
    assert any(not test.startswith("held_out") for test in passed), "what works tells the fault from the rest"
    failed, passed = outcomes[program, "solved"]
    assert not failed
    assert any(test.startswith("held_out") for test in passed)


def test_solutions_change_code_alone_and_as_many_lines_as_is_said() -> None:
    for program in PROGRAMS:
        lines = (program / "solution.patch").read_text("utf-8").splitlines()
        added = [line for line in lines if line.startswith("+") and not line.startswith("+++")]
        removed = [line for line in lines if line.startswith("-") and not line.startswith("---")]
        files = {line.split("/", 1)[1] for line in lines if line.startswith("+++ ")}
        assert not any(Path(file).name.startswith("test_") for file in files), program
        assert (max(len(added), len(removed)) == 1) is (FACTS[program]["lines"] == 1), program


def test_kinds_are_balanced_and_half_need_more_than_one_line() -> None:
    assert Counter(program.parent.name for program in PROGRAMS) == SIZES
    corpus = [facts for program, facts in FACTS.items() if program.parent.name == "corpus"]
    kinds = Counter(facts["kind"] for facts in corpus)
    assert len(kinds) >= 10
    assert max(kinds.values()) <= 2 * min(kinds.values())
    assert sum(facts["lines"] > 1 for facts in corpus) * 2 >= len(corpus)

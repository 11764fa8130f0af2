"""`testtime fix` as a user or a script runs it: the installed command, real pytest, a real sandbox."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

RIGHT = """\
The greeting is missing.

greet.py
<<<<<<< SEARCH
    return ""
=======
    return f"Good evening, {name}."
>>>>>>> REPLACE
"""
WRONG = RIGHT.replace("Good evening, {name}.", "Good evening {name}")


def fix(run: Run, root: Path, *arguments: str, **environment: str) -> tuple[int, dict[str, Any]]:
    done = run("fix", "--json", *arguments, cwd=root, **environment)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_a_verified_fix_that_git_applies(testtime: Run, calculator: Path, tree: Any) -> None:
    before = tree(calculator)
    status, answer = fix(testtime, calculator, "--model", "none")
    assert status == 0
    assert answer["verified"] is True
    assert answer["targets"] == ["test_calc.py::test_add"]
    assert answer["tests"] == {"fixed": 1, "passed": 5, "regressed": 0, "left_out": 0}
    assert answer["evidence"]["grade"] in ("strong", "moderate", "weak")
    assert answer["spend"]["usd"] == 0
    assert answer["spend"]["input_tokens"] == 0
    assert answer["isolation"] == "bubblewrap"
    assert tree(calculator) == before, "nothing is written without --apply"
    subprocess.run(["git", "init", "-q"], cwd=calculator, check=True)
    subprocess.run(["git", "apply", "-"], cwd=calculator, input=answer["patch"], text=True, check=True)
    subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], cwd=calculator, check=True)


def test_apply_writes_it(testtime: Run, calculator: Path) -> None:
    done = testtime("fix", "--apply", "--model", "none", cwd=calculator)
    assert done.returncode == 0
    assert "a + b" in (calculator / "calc.py").read_text()
    assert "$0.00" in done.stdout


def test_the_tests_of_a_subfolder_are_named_as_the_shell_completes_them(testtime: Run, make_project: Any) -> None:
    tests = "from pkg.calc import one\n\n\ndef test_one():\n    assert one() == 1\n\n\ndef test_int():\n    one()\n"
    root = make_project({"pkg/calc.py": "def one():\n    return 2\n", "tests/test_one.py": tests})
    done = testtime("fix", "--json", "--model", "none", "test_one.py::test_one", cwd=root / "tests")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["targets"] == ["tests/test_one.py::test_one"]


def test_nothing_verified_leaves_the_tree_alone(testtime: Run, hard: Path, tree: Any) -> None:
    before = tree(hard)
    status, answer = fix(testtime, hard, "--model", "none", "--timeout", "6")
    assert status == 1
    assert answer["verified"] is False
    assert answer["patch"] is None
    assert answer["evidence"] is None
    assert "Nothing verified" in answer["reason"]
    assert tree(hard) == before


def test_no_failing_test(testtime: Run, make_project: Any) -> None:
    status, answer = fix(testtime, make_project({"test_ok.py": "def test_ok():\n    pass\n"}))
    assert status == 3
    assert answer["verified"] is False
    assert "nothing to repair" in answer["reason"]


def test_a_flaky_test_is_no_target(testtime: Run, make_project: Any) -> None:
    # Fails in a process whose clock reads an odd nanosecond at import, so in about one run of two; asked 6 times.
    root = make_project(
        {"test_flaky.py": "import os\n\n\ndef test_flaky():\n    assert os.urandom(1)[0] < 256 * 0.5\n"}
    )
    outcomes = {fix(testtime, root, "--model", "none", "--timeout", "4")[0] for _ in range(3)}
    assert 0 not in outcomes


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--python", "/no/such/python"), ("/no/such/python", "testtime.python")),
        (("--python", "/bin/false"), ("/bin/false", "testtime.python")),
        (("--root", "/no/such/folder"), ("--root /no/such/folder",)),
        (("test_calc.py::test_ad",), ("test_calc.py::test_ad'", "test_calc.py::test_add")),
    ],
    ids=["absent interpreter", "broken interpreter", "absent root", "unknown test"],
)
def test_bad_configuration_is_one_clear_sentence(
    testtime: Run, calculator: Path, arguments: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    status, answer = fix(testtime, calculator, *arguments)
    assert status == 2
    assert answer["verified"] is False
    assert all(part in answer["reason"] for part in expected)
    assert "\n" not in answer["reason"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["fix", "--effort", "huge"], "--effort"), (["fix", "--max-usd", "-1"], "--max-usd"), (["nonsense"], "nonsense")],
)
def test_bad_usage(testtime: Run, calculator: Path, arguments: list[str], says: str) -> None:
    done = testtime(*arguments, cwd=calculator)
    assert done.returncode == 2
    assert says in done.stderr


def test_an_environment_without_pytest(testtime: Run, calculator: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(calculator / ".venv")], check=True)
    status, answer = fix(testtime, calculator)
    assert status == 2
    assert "has no pytest" in answer["reason"]
    assert "testtime.python" in answer["reason"]


def test_a_syntax_error_in_a_test_file(testtime: Run, make_project: Any) -> None:
    status, answer = fix(testtime, make_project({"test_broken.py": "def test_x(:\n    pass\n"}))
    assert status in (1, 2)
    assert "test_broken.py" in answer["reason"]
    assert "line 1" in answer["reason"] or ":1" in answer["reason"] or "SyntaxError" in answer["reason"]


def test_no_tests_at_all(testtime: Run, make_project: Any) -> None:
    status, answer = fix(testtime, make_project({"code.py": "x = 1\n"}))
    assert status == 2
    assert "no tests" in answer["reason"]


# ── with a model ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_self_correction_finds_it_and_both_replies_are_paid(testtime: Run, hard: Path, chat_server: Any) -> None:
    server = chat_server([WRONG, RIGHT])
    status, answer = fix(testtime, hard, "--base-url", server.url, "--model", "gpt-4o-mini", "--effort", "high")
    assert status == 0, answer["reason"]
    moves = [candidate for candidate in answer["candidates"] if candidate["move"] != "mutate"]
    assert [(move["move"], move["verdict"]) for move in moves] == [("draft", "failed"), ("repair", "verified")]
    assert moves[1]["parent"] == moves[0]["id"]
    assert answer["spend"]["input_tokens"] == 200
    assert answer["spend"]["output_tokens"] == 40
    assert answer["spend"]["usd"] == pytest.approx(2 * (100 * 0.15e-6 + 20 * 0.6e-6))
    assert answer["model"] == "gpt-4o-mini"
    feedback = server.requests[1]["messages"][-1]["content"]
    assert "Good evening Ada" in feedback, "what still fails is fed back"
    assert set(answer["sent"]) == {"greet.py", "test_greet.py"}


def test_an_unknown_price_is_unknown(testtime: Run, hard: Path, chat_server: Any) -> None:
    server = chat_server([RIGHT])
    status, answer = fix(testtime, hard, "--base-url", server.url, "--model", "home-made")
    assert status == 0, answer["reason"]
    assert answer["spend"]["usd"] is None


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("test_greet.py\n<<<<<<< SEARCH\n    assert greet('Ada') == 'Good evening, Ada.'\n=======\n    assert True\n"
         ">>>>>>> REPLACE\n", "rejected"),
        ("--- a/test_greet.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-from greet import greet\n", "rejected"),
        ("greet.py\n<<<<<<< SEARCH\n    return \"\"\n=======\n    import pytest\n    pytest.skip('no')\n"
         ">>>>>>> REPLACE\n", "rejected"),
        ("conftest.py\n<<<<<<< SEARCH\n=======\ncollect_ignore = ['test_greet.py']\n>>>>>>> REPLACE\n", "rejected"),
        ("../outside.py\n<<<<<<< SEARCH\n=======\nx = 1\n>>>>>>> REPLACE\n", "unparsable"),
        ("I am sorry, I cannot help with that.", "unparsable"),
        ("greet.py\n<<<<<<< SEARCH\n    return \"\"\n=======\n    return (\n>>>>>>> REPLACE\n", "syntax error"),
    ],
    ids=["edits the test", "deletes the test", "skips", "adds a conftest", "outside", "unparsable", "syntax"],
)  # fmt: skip
def test_a_reply_that_cheats_is_rejected_counted_and_never_shown(
    testtime: Run, hard: Path, chat_server: Any, tree: Any, reply: str, verdict: str
) -> None:
    before = tree(hard)
    server = chat_server([reply, reply, reply, reply])
    status, answer = fix(
        testtime, hard, "--base-url", server.url, "--model", "gpt-4o-mini", "--effort", "low", "--strategy", "best_of_n"
    )
    assert status == 1
    assert answer["patch"] is None
    drafts = [candidate for candidate in answer["candidates"] if candidate["move"] == "draft"]
    assert drafts[0]["verdict"].startswith(verdict)
    assert drafts[0]["tokens"] == 120
    assert answer["spend"]["input_tokens"] == 100 * len(server.requests)
    assert tree(hard) == before
    assert not (hard.parent / "outside.py").exists()


def test_a_bad_key(testtime: Run, hard: Path, chat_server: Any, scripted: Any) -> None:
    server = chat_server([scripted(status=401)])
    status, answer = fix(
        testtime, hard, "--base-url", server.url, "--model", "m", "--effort", "low", "--timeout", "25",
        OPENAI_API_KEY="bad",
    )  # fmt: skip
    assert status in (1, 2)
    assert "API key" in answer["reason"]
    assert "OPENAI_API_KEY" in answer["reason"]


UNUSABLE = {
    "dead endpoint": (("--base-url", "http://127.0.0.1:9/v1"), "testtime.baseUrl"),
    "dead endpoint, named model": (("--base-url", "http://127.0.0.1:9/v1", "--model", "m"), "testtime.baseUrl"),
    "no endpoint": (("--model", "some-model"), "testtime.baseUrl"),
}


@pytest.mark.parametrize(("arguments", "setting"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_model_that_cannot_be_had_is_one_sentence(
    testtime: Run, hard: Path, arguments: tuple[str, ...], setting: str
) -> None:
    status, answer = fix(testtime, hard, *arguments, "--timeout", "40")
    assert status == 2
    assert setting in answer["reason"]
    assert "\n" not in answer["reason"]


def test_mutations_need_no_model(testtime: Run, calculator: Path) -> None:
    status, answer = fix(testtime, calculator, "--base-url", "http://127.0.0.1:9/v1")
    assert status == 0, answer["reason"]
    [note] = answer["notes"]
    assert "testtime.baseUrl" in note, "what is wrong with the model is said all the same"


def test_the_dear_model_is_asked_only_where_the_cheap_one_fails(
    testtime: Run, make_project: Any, hard: Path, chat_server: Any
) -> None:
    def cheap(request: dict[str, Any]) -> str:
        """Knows the easy one; never the same wrong answer twice."""
        if "shout" in json.dumps(request["messages"]):
            return WRONG.replace("Good evening", f"Good evening{len(server.requests)}")
        return 'sign.py\n<<<<<<< SEARCH\n    return ""\n=======\n    return f"Welcome to {place}!"\n>>>>>>> REPLACE\n'

    def dear(request: dict[str, Any]) -> str:
        return RIGHT

    server = chat_server([lambda request: (dear if request["model"] == "gpt-4o" else cheap)(request)] * 100)
    easy = make_project({
        "sign.py": 'def sign(place):\n    return ""\n',
        "test_sign.py": "from sign import sign\n\n\ndef test_paris():\n    assert sign('Paris') == 'Welcome to Paris!'\n\n\n"
        "def test_rome():\n    assert sign('Rome') == 'Welcome to Rome!'\n",
    }, "easy")  # fmt: skip
    cascade = ("--base-url", server.url, "--model", "gpt-4o-mini,gpt-4o", "--effort", "high")
    status, answer = fix(testtime, easy, *cascade)
    assert status == 0, answer["reason"]
    assert {request["model"] for request in server.requests} == {"gpt-4o-mini"}
    server.requests.clear()
    status, answer = fix(testtime, hard, *cascade)
    assert status == 0, answer["reason"]
    models = [request["model"] for request in server.requests]
    assert models[0] == "gpt-4o-mini"
    assert models.count("gpt-4o") >= 1
    assert models.index("gpt-4o") >= 2
    assert answer["model"] == "gpt-4o-mini, gpt-4o"


def test_no_ceiling_is_passed(testtime: Run, hard: Path, chat_server: Any) -> None:
    server = chat_server([WRONG.replace("evening", f"evening{n}") for n in range(20)])
    status, answer = fix(testtime, hard, "--base-url", server.url, "--model", "gpt-4o-mini", "--effort", "low")
    assert status == 1
    assert len(server.requests) <= 4
    assert answer["spend"]["input_tokens"] + answer["spend"]["output_tokens"] <= 20_000
    assert answer["spend"]["usd"] <= 0.02


def test_a_ceiling_of_nothing_asks_nothing(testtime: Run, hard: Path, chat_server: Any) -> None:
    server = chat_server([RIGHT])
    status, answer = fix(
        testtime, hard, "--base-url", server.url, "--model", "gpt-4o-mini", "--max-usd", "0", "--timeout", "8"
    )
    assert status == 1
    assert server.requests == []
    assert "ceiling" in answer["reason"]


def test_secrets_stay_out_of_the_prompt(testtime: Run, make_project: Any, chat_server: Any) -> None:
    root = make_project({
        "credentials.py": "KEY = 'hunter2-secret'\n\n\ndef key():\n    return KEY.lower()[:0]\n",
        "private.py": "from credentials import key\n\n\ndef used():\n    raise ValueError(key())  # confidential\n",
        "test_key.py": "from private import used\n\n\ndef test_used():\n    assert used() == 'HUNTER2 and more'\n",
    })  # fmt: skip
    server = chat_server(["nothing"] * 4)
    _, answer = fix(
        testtime, root, "--base-url", server.url, "--model", "m", "--effort", "low", "--timeout", "15",
        TESTTIME_EXCLUDE="private*",
    )  # fmt: skip
    assert server.requests
    text = json.dumps(server.requests)
    assert "hunter2-secret" not in text
    assert "confidential" not in text
    assert set(answer["sent"]) == {"test_key.py"}


def test_help_has_examples(testtime: Run, tmp_path: Path) -> None:
    done = testtime("fix", "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "examples:" in done.stdout
    assert "exit status:" in done.stdout


def test_doctor(testtime: Run, calculator: Path) -> None:
    done = testtime("doctor", "--json", "--model", "none", cwd=calculator)
    assert done.returncode == 0, done.stdout
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["isolation"]["text"].startswith("bubblewrap")
    assert "pytest" in checks["interpreter"]["text"]
    broken = testtime("doctor", "--python", "/no/python", cwd=calculator)
    assert broken.returncode == 2
    assert "testtime.python" in broken.stdout


def test_demo(testtime: Run, tmp_path: Path) -> None:
    done = testtime("demo", cwd=tmp_path, timeout=400)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("verified: ") >= 3
    assert re.search(r"5 of 5 bugs repaired and verified · \$0\.00 ", done.stdout)


def test_an_interrupt_leaves_nothing(hard: Path, wait_for: Any, processes_with: Any, tmp_path: Path) -> None:
    import os
    import signal

    command = [str(Path(sys.executable).parent / "testtime"), "fix", "--model", "none"]
    storage = tmp_path / "tmp"
    storage.mkdir()
    mark = f"TESTTIME_MARK={tmp_path.name}"
    environment = {**os.environ, "TMPDIR": str(storage), "TESTTIME_MARK": tmp_path.name}
    process = subprocess.Popen(
        command, cwd=hard, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("repairing"):
            break
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130
    wait_for(lambda: not processes_with(mark))
    snapshots = [*Path("/dev/shm").glob(f"testtime-snapshot-{process.pid}-*"), *storage.iterdir()]
    assert snapshots == []


def test_what_git_ignores_stays_out_of_the_prompt_and_runs(testtime: Run, make_project: Any, chat_server: Any) -> None:
    files = {
        ".gitignore": "local_settings.py\n",
        "local_settings.py": "TOKEN = 'ignored-token'\n\n\ndef prefix():\n    return TOKEN[:0]\n",
        "app.py": "from local_settings import prefix\n\n\ndef app():\n    return prefix() + 'x'\n",
        "test_app.py": "from app import app\n\n\ndef test_app():\n    assert app() == 'a whole sentence'\n",
    }
    root = make_project(files)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    server = chat_server(["no idea"] * 12)
    status, _ = fix(testtime, root, "--base-url", server.url, "--model", "scripted", "--timeout", "40")
    assert status == 1
    sent = json.dumps(server.requests)
    assert "prefix() + 'x'" in sent
    assert "ignored-token" not in sent


def test_a_call_that_tells_passing_changes_apart_is_shown(testtime: Run, make_project: Any) -> None:
    tests = "from pick import last\n\n\ndef test_last():\n    assert last([4, 7]) == 7\n"
    root = make_project({"pick.py": "def last(items):\n    return items[0]\n", "test_pick.py": tests})
    status, answer = fix(testtime, root, "--model", "none")
    assert status == 0
    evidence = answer["evidence"]
    assert evidence["grade"] != "strong"
    assert evidence["other_behaviour"] > 0
    assert re.match(r"`last\(.+\)` .+ with this fix, .+ with another change that passes", evidence["distinguishing"])
    assert evidence["distinguishing"] in evidence["notes"]
    done = testtime("fix", "--apply", "--min-evidence", "moderate", "--model", "none", cwd=root)
    assert done.returncode == 1
    assert "less than moderate" in done.stdout
    assert (root / "pick.py").read_text() == "def last(items):\n    return items[0]\n"
    assert evidence["distinguishing"].replace("'", "&#x27;") in Path(answer["report"]).read_text("utf-8")

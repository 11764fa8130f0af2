"""The ladder as a user sees it: an easy bug costs no token, a medium one is drafted, a hard one is searched."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
ENDPOINT = ("--model", "gpt-4o-mini")
EDIT = 'greet.py\n<<<<<<< SEARCH\n    return ""\n=======\n    return {}\n>>>>>>> REPLACE\n'
RIGHT = EDIT.format('f"Good evening, {name}."')
WRONG = [EDIT.format(f'f"Good evening {{name}}" + "{"!" * number}"') for number in range(60)]


def fix(run: Run, root: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = run("fix", "--json", *arguments, cwd=root, timeout=300)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_an_easy_bug_costs_no_token(testtime: Run, calculator: Path, chat_server: Any) -> None:
    server = chat_server([RIGHT])
    status, answer = fix(testtime, calculator, *ENDPOINT, "--base-url", server.url)
    assert status == 0
    assert server.requests == []
    assert answer["spend"]["usd"] == 0
    assert set(answer["moves"]) == {"mutate"}
    assert answer["stopped"] == "verified"


def test_a_medium_bug_is_drafted(testtime: Run, hard: Path, chat_server: Any) -> None:
    server = chat_server([RIGHT])
    status, answer = fix(testtime, hard, *ENDPOINT, "--base-url", server.url)
    assert status == 0, answer["reason"]
    assert len(server.requests) == 1
    assert answer["moves"]["draft"] == 1
    assert set(answer["moves"]) <= {"mutate", "draft"}


@pytest.mark.parametrize("strategy", ["adaptive", "tree"])
def test_a_hard_bug_is_searched(testtime: Run, hard: Path, chat_server: Any, strategy: str) -> None:
    server = chat_server([*WRONG[:4], RIGHT, RIGHT, RIGHT, RIGHT])
    status, answer = fix(
        testtime, hard, *ENDPOINT, "--base-url", server.url, "--strategy", strategy, "--timeout", "240"
    )
    assert status == 0, answer["reason"]
    moves = answer["moves"]
    assert moves["draft"] >= 1
    assert moves.get("repair", 0) + moves.get("critique", 0) >= 1, "it went deeper, not only wider"
    assert sum(moves.values()) == len(answer["candidates"])


def test_a_hopeless_one_is_given_up_with_the_reason(testtime: Run, hard: Path, chat_server: Any) -> None:
    said: list[dict[str, Any]] = []

    def same(request: dict[str, Any]) -> str:
        said.append(request)
        return WRONG[0]

    server = chat_server([same] * 60)
    status, answer = fix(testtime, hard, *ENDPOINT, "--base-url", server.url, "--effort", "high", "--timeout", "240")
    assert status == 1
    assert answer["stopped"] == "not worth another move"
    assert "in the same way" in answer["reason"]
    assert "effort" in answer["reason"]
    assert len(said) < 30, "forty-eight replies were allowed"


def test_the_terminal_says_the_moves_and_why_it_stopped(testtime: Run, hard: Path, chat_server: Any) -> None:
    server = chat_server([RIGHT])
    done = testtime("fix", *ENDPOINT, "--base-url", server.url, cwd=hard, timeout=300)
    assert done.returncode == 0
    line = next(line for line in done.stdout.splitlines() if line.startswith("moves: "))
    assert "1 draft" in line
    assert line.endswith("then: verified")


def test_what_moves_earned_is_kept_and_forgotten(testtime: Run, hard: Path, chat_server: Any, tmp_path: Path) -> None:
    server = chat_server([WRONG[0], RIGHT, RIGHT])
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    done = testtime("fix", *ENDPOINT, "--base-url", server.url, cwd=hard, timeout=300, **state)
    assert done.returncode == 0, done.stdout
    (path,) = (tmp_path / "state" / "testtime" / "moves").iterdir()
    kept = json.loads(path.read_text())
    assert kept["made"]["first draft"] == 1
    assert sum(kept["verified"].values()) == 1
    text = path.read_text()
    assert "greet" not in text
    assert "evening" not in text
    assert "forgotten" in testtime("forget", cwd=hard, **state).stdout
    assert not path.exists()
    assert "nothing was learnt" in testtime("forget", cwd=hard, **state).stdout


def test_auto_is_bounded_by_what_it_chose(testtime: Run, hard: Path, chat_server: Any) -> None:
    server = chat_server(WRONG)
    status, answer = fix(
        testtime, hard, *ENDPOINT, "--base-url", server.url, "--effort", "auto", "--strategy", "best_of_n",
        "--timeout", "240",
    )  # fmt: skip
    assert status == 1
    assert answer["effort"] == "auto"
    assert len(server.requests) in (4, 12, 48), "the replies of low, medium or high"
    assert answer["stopped"] == "ceiling"

"""A repair is recorded as it happens, resumed without paying twice, and replayed with no model."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from testtime_strategies.adaptive import Adaptive
from testtime_strategies.best_of_n import BestOfN
from testtime_strategies.budget import EFFORTS
from testtime_strategies.candidate import Draft, Mutate, Repair
from testtime_strategies.refine import Refine
from testtime_strategies.replay import load, replay
from testtime_strategies.tree import Tree

Run = Callable[..., subprocess.CompletedProcess[str]]
RIGHT = 'greet.py\n<<<<<<< SEARCH\n    return ""\n=======\n    return f"Good evening, {name}."\n>>>>>>> REPLACE\n'
WRONG = RIGHT.replace("Good evening, {name}.", "Good evening {name}")
OTHER = RIGHT.replace("Good evening, {name}.", "Hello, {name}.")
ARGUMENTS = ("--model", "gpt-4o-mini", "--strategy", "refine", "--effort", "high")


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(text) for path in sorted(folder.iterdir()) for text in path.read_text().splitlines() if text]


def test_recorded_then_replayed(testtime: Run, hard: Path, chat_server: Any, tmp_path: Path) -> None:
    folder = tmp_path / "record"
    server = chat_server([WRONG, OTHER, RIGHT])
    done = testtime("fix", "--json", "--base-url", server.url, *ARGUMENTS, "--record", str(folder), cwd=hard)
    answer = json.loads(done.stdout)
    assert done.returncode == 0, answer["reason"]
    kept = lines(folder)
    assert kept[0]["kind"] == "problem"
    assert [line["text"] for line in kept if line["kind"] == "reply"] == [WRONG, OTHER, RIGHT]
    told = [line["id"] for line in kept if line["kind"] == "candidate"]
    assert told == [candidate["id"] for candidate in answer["candidates"]]
    assert kept[-1]["kind"] == "ended"
    assert kept[-1]["verified"] is True

    (trajectory,) = load(folder)
    assert sum(isinstance(c.move, Draft) for c in trajectory.candidates) == 1
    assert sum(isinstance(c.move, Repair) for c in trajectory.candidates) == 2
    assert any(isinstance(c.move, Mutate) for c in trajectory.candidates)
    again = replay(trajectory, Refine(), EFFORTS["high"])
    assert again.at().claimed, again.why
    assert dict(again.moves) == {"draft": 1, "repair": 2}
    assert again.at().tokens == answer["spend"]["input_tokens"] + answer["spend"]["output_tokens"]
    assert replay(trajectory, BestOfN(), EFFORTS["high"]).why == "no draft like that was recorded"
    for policy in (Tree(), Adaptive()):
        assert replay(trajectory, policy, EFFORTS["high"]) == replay(trajectory, policy, EFFORTS["high"])


def test_a_killed_repair_is_resumed_without_paying_twice(
    testtime: Run, hard: Path, chat_server: Any, scripted: Any, tmp_path: Path, wait_for: Any
) -> None:
    folder = tmp_path / "record"
    never = threading.Event()
    server = chat_server([WRONG, scripted(OTHER, hold=never)])
    command = [str(Path(sys.executable).parent / "testtime"), "fix", "--base-url", server.url, *ARGUMENTS]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TESTTIME_", "OPENAI_"))}
    environment["TESTTIME_PYTEST_ARGS"] = "--disable-plugin-autoload"
    process = subprocess.Popen(
        [*command, "--record", str(folder)], cwd=hard, env=environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(lambda: len(server.requests) == 2, 120)
    finally:
        process.kill()
        process.wait()
    (path,) = folder.iterdir()
    with path.open("a") as stream:
        stream.write('{"kind": "candidate", "cut')  # as a kill in the middle of a line leaves it
    second = chat_server([RIGHT])
    command[command.index(server.url)] = second.url
    done = testtime(*command[1:], "--json", "--record", str(folder), cwd=hard)
    answer = json.loads(done.stdout)
    assert done.returncode == 0, answer["reason"]
    assert len(second.requests) == 1, "the first reply was paid for already"
    asked = second.requests[0]["messages"][-1]["content"]
    assert "Good evening Ada" in asked, f"what it had led to is not known: {asked} {answer['candidates'][-3:]}"
    assert answer["spend"]["input_tokens"] == 200, "and still counts"
    books = json.loads(testtime("ledger", "--json", cwd=hard).stdout)
    assert books["today"]["tokens"] == 240, "each reply once, the one that never came not at all"
    assert list(folder.iterdir()) == [path]
    server.close()


def test_a_folder_that_cannot_be_written_is_one_sentence(testtime: Run, hard: Path) -> None:
    (hard / "file").write_text("")
    done = testtime("fix", "--json", "--model", "none", "--record", "file", cwd=hard)
    assert done.returncode == 2
    assert "testtime.record" in json.loads(done.stdout)["reason"]

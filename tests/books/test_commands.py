"""`testtime ledger`, `testtime report` and a `testtime fix` that is stopped, as processes with books of their own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from testtime_server import reports
from testtime_server.ledger import Entry, Ledger
from testtime_strategies.budget import Spend

TESTTIME = Path(sys.executable).parent / "testtime"
DAY = 86400.0


@pytest.fixture
def books(state: Path) -> Path:
    """Three repairs of two days, two projects and two models."""
    ledger = Ledger()
    now = time.time()
    common: dict[str, Any] = {"targets": ("t.py::test",), "effort": "low", "strategy": "adaptive", "candidates": 4}
    for n, (at, project, model, usd, verdict) in enumerate(
        [
            (now, "/home/ada/shop", "gpt-4o-mini", 0.03, "verified"),
            (now, "/home/ada/blog", "gpt-5-mini", 0.5, "ceiling"),
            (now - 3 * DAY, "/home/ada/shop", None, 0.0, "verified"),
        ]
    ):
        spend = Spend(input_tokens=1000, output_tokens=100, usd=usd, wall_seconds=10)
        ledger.record(Entry(id=f"r{n}", at=at, project=project, model=model, spend=spend, verdict=verdict, **common))
    ledger.mark_applied("r0")
    ledger.close()
    return state


def test_empty_books(testtime: Any, state: Path, tmp_path: Path) -> None:
    done = testtime("ledger", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "No repair is in the books yet" in done.stdout
    answer = json.loads(testtime("ledger", "--json", cwd=tmp_path).stdout)
    assert answer["total"]["repairs"] == 0
    assert answer["by_day"] == answer["by_project"] == answer["by_model"] == answer["repairs"] == []


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        (
            "day",
            [["{today}", "2", "1", "1", "8", "2,200", "$0.53"], ["{before}", "1", "1", "0", "4", "1,100", "$0.00"]],
        ),
        ("project", [["/home/ada/blog", "1", "0", "0", "4", "1,100", "$0.50"], ["/home/ada/shop", "2", "2", "1"]]),
        ("model", [["gpt-5-mini", "1", "0"], ["gpt-4o-mini", "1", "1", "1"], ["none", "1", "1", "0"]]),
    ],
)
def test_totals(testtime: Any, books: Path, tmp_path: Path, by: str, rows: list[list[str]]) -> None:
    done = testtime("ledger", "--by", by, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    names = {
        "today": time.strftime("%Y-%m-%d"),
        "before": time.strftime("%Y-%m-%d", time.localtime(time.time() - 3 * DAY)),
    }
    header, *found, total, today = [line.split() for line in done.stdout.splitlines()]
    assert header[0] == by
    wanted = [[cell.format(**names) for cell in row] for row in rows]
    assert [line[: len(row)] for line, row in zip(found, wanted, strict=True)] == wanted
    assert total[:7] == ["total", "3", "2", "1", "12", "3,300", "$0.53"]
    assert today[0] == "today:"


def test_json_and_the_last_days_alone(testtime: Any, books: Path, tmp_path: Path) -> None:
    answer = json.loads(testtime("ledger", "--json", cwd=tmp_path).stdout)
    assert answer["path"] == str(books / "ledger.sqlite")
    assert {each["name"]: each["usd"] for each in answer["by_project"]} == {
        "/home/ada/shop": 0.03,
        "/home/ada/blog": 0.5,
    }
    assert [each["id"] for each in answer["repairs"]][-1] == "r2"
    recent = json.loads(testtime("ledger", "--json", "--days", "2", cwd=tmp_path).stdout)
    assert {each["id"] for each in recent["repairs"]} == {"r0", "r1"}


def test_reports(testtime: Any, state: Path, make_report: Callable[..., Any], tmp_path: Path) -> None:
    none = testtime("report", cwd=tmp_path)
    assert (none.returncode, none.stdout) == (2, "")
    assert "no report yet: run 'testtime fix'" in none.stderr
    ids = ("20261124-100000-aaaa", "20261125-100000-bbbb")
    old, new = (reports.save(replace(make_report(mutations=2), id=name)) for name in ids)
    assert testtime("report", cwd=tmp_path).stdout == f"{new}\n"
    assert testtime("report", "aaaa", cwd=tmp_path).stdout == f"{old}\n"
    assert testtime("report", "20261124", cwd=tmp_path).stdout == f"{old}\n"
    unknown = testtime("report", "cccc", cwd=tmp_path)
    assert unknown.returncode == 2
    assert "no report 'cccc'" in unknown.stderr
    assert testtime("report", "aaaa", "--output", "-", cwd=tmp_path).stdout == old.read_text()
    copy = tmp_path / "copy.html"
    assert testtime("report", "--output", str(copy), cwd=tmp_path).returncode == 0
    assert copy.read_text() == new.read_text()
    listed = [line.split()[0] for line in testtime("report", "--list", cwd=tmp_path).stdout.splitlines()]
    assert listed == [ids[1], ids[0]]


FIX = ("fix", "--effort", "low", "--model", "gpt-4o-mini", "--json")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_what_a_stopped_fix_had_set_aside_is_back(
    hard: Path, state: Path, chat_server: Any, scripted: type, wait_for: Any, end: signal.Signals, monkeypatch: Any
) -> None:
    never = threading.Event()
    server = chat_server([scripted("never", hold=never)] * 9)
    for name, value in {"BASE_URL": server.url, "API_KEY": "x", "PYTEST_ARGS": "--disable-plugin-autoload"}.items():
        monkeypatch.setenv(f"TESTTIME_{name}", value)
    ledger = Ledger()
    with subprocess.Popen([TESTTIME, *FIX], cwd=hard, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as fix:
        wait_for(lambda: server.requests, 60)
        assert ledger.today().reserved > 0
        fix.send_signal(end)
        fix.wait(30)
    assert ledger.today().reserved == 0
    never.set()
    ledger.close()


def test_processes_at_once_never_pass_the_day_s_cap(
    state: Path, hard: Path, chat_server: Any, scripted: Any, tmp_path: Path, wait_for: Any
) -> None:
    cap, output_price = 0.004, 0.6e-6
    hold = threading.Event()
    server = chat_server([scripted("I cannot.", hold=hold)] * 60)
    command = [str(TESTTIME), "fix", "--json", "--effort", "low", "--strategy", "best_of_n", "--timeout", "60"]
    command += ["--base-url", server.url, "--model", "gpt-4o-mini"]
    environment = {**os.environ, "TESTTIME_MAX_USD_PER_DAY": str(cap)}
    environment["TESTTIME_PYTEST_ARGS"] = "--disable-plugin-autoload"
    outputs = [tmp_path / f"{n}.json" for n in range(3)]  # more than a pipe holds
    processes: list[subprocess.Popen[bytes]] = []
    for output in outputs:
        with output.open("w") as stream:
            folder = shutil.copytree(hard, tmp_path / output.stem)
            processes.append(subprocess.Popen(command, cwd=folder, env=environment, stdout=stream))
    try:
        wait_for(lambda: any(process.poll() is not None for process in processes), 180)
        assert server.requests, "what one is refused, others have set aside"
        assert sum(asked["max_tokens"] for asked in server.requests) * output_price <= cap, "all are under way"
        hold.set()
        for process in processes:
            process.wait(180)
    finally:
        hold.set()
        for process in processes:
            process.kill()
            process.wait()
    reasons = [json.loads(output.read_text())["reason"] for output in outputs]
    assert any("testtime.maxUsdPerDay" in reason for reason in reasons), reasons
    day = json.loads(subprocess.run([TESTTIME, "ledger", "--json"], capture_output=True, check=True).stdout)["today"]
    assert 0 < day["usd"] <= cap
    assert day["reserved"] == 0
    assert day["tokens"] == 120 * len(server.requests)

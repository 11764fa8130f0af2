"""`testtime bench` on real small problems: what it counts, what it judges by, what it goes on from."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testtime_server.bench.advice import advice
from testtime_server.bench.comparing import curve, fifths, needed, ratio, reached, until_verified
from testtime_server.bench.problems import SuiteError, load_suites
from testtime_server.bench.results import Cell, Result, acceptance, append_result, read_results
from testtime_server.bench.statistics import Rate, pass_at_k
from testtime_server.bench.weaken import weakened
from testtime_server.figures import Curve, Point, draw
from testtime_server.settings import Settings
from testtime_strategies.simulate import Play, Step

CODE = "def largest(items):\n    best = 0\n    for item in items:\n        if item {} best:\n            best = item\n    return best\n"
TESTS = """from code_ import largest


def test_some():
    assert largest([3, 9, 4]) == 9


def test_one():
    assert largest([5]) == 5


def test_equal():
    assert largest([2, 2]) == 2


def test_last():
    assert largest([1, 2, 3]) == 3
"""
PYPROJECT = '[tool.pytest.ini_options]\npythonpath = ["."]\n'


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite of one problem; its held-out test wants more than the visible ones."""
    folder = tmp_path / "suite" / "largest"
    for path, text in {
        "problem.toml": 'kind = "operator"\nlines = 1\n',
        "project/pyproject.toml": PYPROJECT,
        "project/code_.py": CODE.format("<"),
        "project/test_code.py": TESTS,
        "held_out/test_more.py": "from code_ import largest\n\n\ndef test_more():\n    assert largest([7, 8, 1]) == 8\n",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder.parent


def result(problem: str = "p", *, cell: Cell, correct: bool, seconds: float = 1.0, usd: float | None = 0.0) -> Result:
    return Result(
        problem, "s", "k", 1, cell, 0, correct, correct, "strong" if correct else "", "", "", seconds=seconds, usd=usd
    )


@given(st.integers(0, 300), st.integers(0, 300))
def test_an_interval_holds_its_share_and_shrinks(hits: int, misses: int) -> None:
    rate = Rate(hits, hits + misses)
    low, high = rate.interval
    assert 0 <= low <= high <= 1
    if rate.total:
        assert low - 1e-9 <= rate.share <= high + 1e-9
        more = Rate(hits * 4, rate.total * 4).interval
        assert more[1] - more[0] < high - low


def test_the_interval_is_wilson_s() -> None:
    low, high = Rate(8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


@given(st.integers(1, 40), st.data())
def test_pass_at_k_is_the_share_of_subsets_with_a_right_sample(samples: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, samples))
    k = data.draw(st.integers(1, samples))
    chance = pass_at_k(samples, right, k)
    assert 0 <= chance <= 1
    assert pass_at_k(samples, right, 1) == pytest.approx(right / samples)
    assert (chance == 0) == (right == 0)
    if k < samples:
        assert pass_at_k(samples, right, k + 1) >= chance - 1e-12


def test_pass_at_k_by_hand() -> None:
    assert pass_at_k(4, 1, 2) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="not defined"):
        pass_at_k(4, 1, 5)


def test_what_a_grade_is_worth_is_said_rule_by_rule() -> None:
    cell = Cell("low", "adaptive", "none")
    blank = replace(result(cell=cell, correct=False), solved=True)
    results = [
        replace(blank, correct=True, grade="strong"),
        replace(blank, correct=True, grade="moderate"),
        replace(blank, grade="moderate"),
        replace(blank, grade="weak"),
        replace(blank, solved=False),
    ]
    head, every, better, strong = acceptance(results)
    assert head == ("accepted", "fixes", "wrong of problems", "wrong of accepted", "right ones kept")
    assert every[1:] == ("4", str(Rate(2, 5)), str(Rate(2, 4)), str(Rate(2, 2)))
    assert better[1:] == ("3", str(Rate(1, 5)), str(Rate(1, 3)), str(Rate(2, 2)))
    assert strong[1:] == ("1", str(Rate(0, 5)), str(Rate(0, 1)), str(Rate(1, 2)))


def test_a_suite_is_measured_and_gone_on_from(
    suite: Path, tmp_path: Path, testtime: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    out = tmp_path / "out"
    options = ("bench", str(suite), "--model", "none", "--json", "--out", str(out))
    first = testtime(*options, cwd=tmp_path, XDG_STATE_HOME=str(tmp_path / "state"))
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert told["problems"] == 1
    assert told["rows"][0]["correct"].startswith("1/1 ")
    assert "pays here" in told["advice"]
    [line] = (out / "results.jsonl").read_text().splitlines()
    kept = json.loads(line)
    assert (kept["solved"], kept["correct"], kept["output_tokens"]) == (True, True, 0)
    page = (out / "report.html").read_text()
    assert "largest" in page
    assert "<svg" in page
    assert "http://" not in page.replace("http://www.w3.org/", "")
    assert (out / "curves.svg").read_text().startswith("<svg")
    second = testtime(*options, cwd=tmp_path, XDG_STATE_HOME=str(tmp_path / "state"))
    assert json.loads(second.stdout)["rows"] == told["rows"]
    assert (out / "results.jsonl").read_text().splitlines() == [line]


def test_a_fix_that_the_held_out_tests_refuse_is_solved_and_not_correct(
    suite: Path, tmp_path: Path, testtime: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    held_out = suite / "largest" / "held_out" / "test_more.py"
    held_out.write_text("from code_ import largest\n\n\ndef test_negative():\n    assert largest([-3, -1]) == -1\n")
    run = testtime("bench", str(suite), "--model", "none", cwd=tmp_path, XDG_STATE_HOME=str(tmp_path / "state"))
    kept = json.loads((tmp_path / "testtime-bench" / "results.jsonl").read_text())
    assert (kept["solved"], kept["correct"]) == (True, False)
    assert run.returncode == 1


def test_bugs_are_seeded_into_a_project_of_one_s_own_and_nothing_is_written(
    tmp_path: Path,
    testtime: Callable[..., subprocess.CompletedProcess[str]],
    make_project: Callable[..., Path],
    tree: Callable[[Path], dict[str, bytes]],
) -> None:
    other = {"other.py": CODE.format(">"), "test_other.py": TESTS.replace("code_", "other")}
    root = make_project({"code_.py": CODE.format(">"), "test_code.py": TESTS, **other})
    before = tree(root)
    options = ("bench", "--inject", str(root), "--count", "1", "--model", "none", "--out", str(tmp_path / "out"))
    run = testtime(*options, cwd=tmp_path, XDG_STATE_HOME=str(tmp_path / "state"))
    assert run.returncode in (0, 1), run.stderr
    assert "seeded 1/1" in run.stderr
    assert tree(root) == before
    assert "1 problems are few" in run.stdout or "No way of spending" in run.stdout
    kept = json.loads((tmp_path / "out" / "results.jsonl").read_text())
    assert kept["problem"].startswith(("code_.py:", "other.py:"))
    assert not kept["error"]


def test_a_project_whose_tests_fail_gets_no_more_bugs(
    tmp_path: Path, testtime: Callable[..., subprocess.CompletedProcess[str]], make_project: Callable[..., Path]
) -> None:
    root = make_project({"code_.py": CODE.format("<"), "test_code.py": TESTS})
    run = testtime("bench", "--inject", str(root), cwd=tmp_path, XDG_STATE_HOME=str(tmp_path / "state"))
    assert run.returncode == 2
    assert "fails already" in run.stderr


async def test_a_weakened_problem_keeps_a_failing_test_and_moves_the_others(suite: Path) -> None:
    [problem] = load_suites([suite])
    weak = await weakened(problem, Settings(pytest_args=("--disable-plugin-autoload",)))
    kept = weak.texts["test_code.py"]
    assert kept.count("def test_") == 2
    assert weak.held_out_texts["held_out/test_code_removed_test.py"] == TESTS
    assert await weakened(problem, Settings(pytest_args=("--disable-plugin-autoload",))) == weak


def test_what_is_no_suite_is_refused(tmp_path: Path, testtime: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    with pytest.raises(SuiteError, match=r"no folder with a problem\.toml"):
        load_suites([tmp_path])
    run = testtime("bench", str(tmp_path), cwd=tmp_path)
    assert run.returncode == 2
    assert "problem.toml" in run.stderr
    assert testtime("bench", cwd=tmp_path).returncode == 2


def test_a_line_cut_off_by_a_kill_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    one = result(cell=Cell("low", "refine", "none"), correct=True)
    append_result(file, one)
    file.write_text(file.read_text() + '{"format": 1, "problem": "ha')
    assert list(read_results(file).values()) == [one]


def test_advice_takes_the_cheapest_that_cannot_be_told_from_the_best() -> None:
    low, high = Cell("low", "adaptive", "none"), Cell("high", "adaptive", "m")
    few = [result(str(n), cell=low, correct=n < 6) for n in range(10)]
    many = [result(str(n), cell=high, correct=n < 7, usd=0.5, seconds=60) for n in range(10)]
    assert advice(few + many).startswith("low · adaptive · none pays here: 6/10")
    best = [result(str(n), cell=high, correct=True, usd=0.5) for n in range(10)]
    assert advice(few + best).startswith("high · adaptive · m pays here: 10/10")
    assert advice([result(cell=low, correct=False)]).startswith("No way of spending")


def test_a_picture_follows_the_reader_s_mode_and_is_the_same_again() -> None:
    curves = [Curve("a <b>", (Point(0, 0.2, 0.1, 0.4), Point(900, 0.5, 0.4, 0.6, "medium")))]
    svg = draw(curves, title="t & u", cost="tokens", share="right", note="60 problems", logarithmic=True)
    assert svg == draw(curves, title="t & u", cost="tokens", share="right", note="60 problems", logarithmic=True)
    assert "prefers-color-scheme: dark" in svg
    assert "#010203" not in svg
    assert "60 problems" in svg
    assert "<b>" not in svg


def test_other_policies_are_replayed_on_what_was_recorded(
    suite: Path,
    tmp_path: Path,
    testtime: Callable[..., subprocess.CompletedProcess[str]],
    chat_server: Callable[..., Any],
) -> None:
    code = suite / "largest" / "project" / "code_.py"
    code.write_text("def largest(items):\n    return sorted(items, key=hash)[0]\n")
    wrong = "code_.py\n<<<<<<< SEARCH\n    return sorted(items, key=hash)[0]\n=======\n    return {}\n>>>>>>> REPLACE\n"
    server = chat_server([wrong.format("sum(items)"), wrong.format("sum([*items])"), wrong.format("max(items)")])
    options = ("--base-url", server.url, "--model", "scripted", "--sample", "3", "--timeout", "60")
    where = {"cwd": tmp_path, "XDG_STATE_HOME": str(tmp_path / "state")}
    testtime("bench", str(suite), *options, **where)
    files = list((tmp_path / "testtime-bench" / "trajectories").glob("*.jsonl"))
    assert len(files) == 1
    both = ("--strategy", "best_of_n", "--strategy", "adaptive", "--json")
    again = testtime("bench", "replay", "testtime-bench", *both, **where)
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout)
    assert told["problems"] == 1
    assert [row["name"] for row in told["rows"]] == ["medium · best_of_n", "medium · adaptive"]
    assert told["rows"][0]["problems"] == "1"
    assert testtime("bench", "replay", str(suite), **where).returncode == 2
    told = json.loads(testtime("bench", "replay", "testtime-bench", *both, "--sample", "4", **where).stdout)
    verified = {row["name"]: row["verified"].split()[0] for row in told["rows"]}
    assert [verified[f"{replies} replies · best_of_n"] for replies in (1, 2, 4)] == ["0/1", "0/1", "1/1"], told
    assert [row["name"] for row in told["by_difficulty"]["adaptive"]] == ["hardest"]
    testtime("bench", "replay", "testtime-bench", *both[:4], "--out", "seen", **where)
    assert "best-of-N, all N drawn" in (tmp_path / "seen" / "replay.svg").read_text()


def drawn(claimed: int | None, tokens: int = 10, replies: int = 4) -> Play:
    """Replies of so many tokens each, the `claimed`-th of which, counted from 0, is the fix."""
    told = [claimed is not None and number >= claimed for number in range(replies)]
    return Play([Step(tokens * (n + 1), 2 * tokens * (n + 1), 0.0, said, said) for n, said in enumerate(told)])


def test_sampling_is_charged_for_the_same_solve_rate() -> None:
    every = [drawn(0), drawn(3), drawn(None), drawn(None)]
    ends = [until_verified(play) for play in every]
    assert [len(play.steps) for play in ends] == [1, 4, 4, 4]
    all_n, strong = curve(every, range(1, 5)), curve(ends, range(1, 5))
    assert [point.ceiling for point in all_n] == [1, 4], "two and three replies solve no more than one"
    ours = reached([drawn(0, 5, 1), drawn(1, 5, 2), drawn(None, 5, 2), drawn(None, 5, 2)], 0)
    assert (ours.solved, ours.generated) == (0.5, 8.75)
    assert needed(all_n, 0.5) == 40.0
    assert needed(strong, 0.5) == (10 + 3 * 40) / 4
    assert needed(all_n, 0.75) is None
    assert ratio(all_n, ours) == "4.57x"
    assert ratio(all_n, replace(ours, solved=0.75)) == ">4.6x"


def test_fifths_are_compared_at_the_solve_rate_of_all() -> None:
    theirs = [until_verified(play) for play in [drawn(0), drawn(0), drawn(1), drawn(3), drawn(None)]]
    ours = [drawn(0, 5, 1), drawn(0, 5, 1), drawn(1, 5, 2), drawn(None, 5, 2), drawn(None, 5, 2)]
    found = fifths(ours, theirs, [1, 2, 3, 4, 5], 4)
    assert [one.name for one in found] == ["easiest", "easy", "middle", "hard", "hardest"]
    assert [one.theirs.generated for one in found] == [10, 10, 20, 20, 20], "two replies solve three of five"
    assert [one.ratio for one in found] == [0.5] * 5

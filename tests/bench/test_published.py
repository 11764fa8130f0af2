"""The published numbers of the small model are those of the published recordings."""

import json
import re
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_tables_are_what_the_recordings_replay_to(
    tmp_path: Path, testtime: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    with tarfile.open(ROOT / "docs" / "small-model" / "recordings.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    policies = ("--strategy", "adaptive", "--strategy", "best_of_n")
    replayed = testtime("bench", "replay", "recordings", "--sample", "16", *policies, "--json", cwd=tmp_path)
    told = json.loads(replayed.stdout)
    assert told["problems"] == 124
    rows = {row["name"]: row for row in told["rows"]}
    tables = (ROOT / "docs" / "strategies.md").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    for replies in (1, 2, 4, 8, 16):
        ours, drawn = (rows[f"{replies} replies · {policy}"] for policy in ("adaptive", "best_of_n"))
        assert "0" == ours["beyond the recording"] == drawn["beyond the recording"]
        mine, theirs = (f"{_spaced(row['verified'])} | {row['generated tokens']} |" for row in (ours, drawn))
        needs = f"{ours['best-of-N needs']} | {ours['until verified needs']} |"
        assert f"| {replies} | {mine} {theirs} {needs}" in tables
        assert f"| {replies} | {theirs} {mine}" in readme or replies in (2, 8)
    for row in told["by_difficulty"]["adaptive"]:
        tokens = f"{row['tokens']} / {row['until verified']} | {row['ratio']}"
        solved = f"{_spaced(row['solved'])} / {_spaced(row['until verified solves'])}"
        assert f"| {row['name']} | {tokens} | {solved} |" in tables


def _spaced(share: str) -> str:
    return re.sub(r"(\d)%", r"\1 %", share)

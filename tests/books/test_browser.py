"""The report's page in the real Chromium, light and dark, wide and narrow. Pictures go to TESTTIME_ARTEFACTS."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from testtime_server.page import render

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.skipif(CHROMIUM is None, reason="CHROMIUM IS MISSING: the report's page was not looked at")
@pytest.mark.parametrize("width", [1100, 400])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_page_is_drawn_without_a_complaint(
    make_report: Callable[..., Any], hostile: str, tmp_path: Path, width: int, look: str
) -> None:
    page = tmp_path / "report.html"
    page.write_text(render(make_report(mutations=40, drafts=14, text=hostile)), "utf-8")
    pictures = Path(os.environ.get("TESTTIME_ARTEFACTS", tmp_path))
    pictures.mkdir(parents=True, exist_ok=True)
    picture = pictures / f"report-{look}-{width}.png"
    dark = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if look == "dark" else []
    command = [
        CHROMIUM or "", "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", *dark,
        f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},2400", f"--screenshot={picture}", page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert picture.stat().st_size > 20_000
    assert "CONSOLE" not in done.stderr
    assert "example.invalid" not in done.stderr

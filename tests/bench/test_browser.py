"""The bench's page and picture in the real Chromium, light and dark: curves are seen, nothing is asked for, no complaint."""

import http.server
import io
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from testtime_server.bench.page import figure, render
from testtime_server.bench.results import Cell, Result
from testtime_server.figures import COLOURS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOSTILE = "</pre><script>console.log('CONSOLE')</script><img src=http://example.invalid/x>"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """A folder over loopback: its address, and the paths that were asked for."""
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(tmp_path))  # type: ignore[arg-type]

        def do_GET(self) -> None:
            asked.append(self.path)
            super().do_GET()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}", asked
        listening.shutdown()
        thread.join()


def repaired() -> list[Result]:
    """Two ways of spending on twenty problems."""
    return [
        Result(
            f"p{n}", "s", "k", 1, Cell(effort, strategy, "m"), 0, n % each == 0, n % each == 0, "", HOSTILE, "",
            input_tokens=tokens * (n + 1), output_tokens=tokens, patch=HOSTILE,
        )
        for strategy, each in (("adaptive", 2), ("best_of_n", 3))
        for effort, tokens in (("low", 50), ("medium", 400))
        for n in range(20)
    ]  # fmt: skip


def drawn() -> list[Result]:
    """Sixteen draws of twenty problems; every third is solved, later and later."""
    draws = [tuple(("right" if n % 3 == 0 and k == n // 2 else "-", 20) for k in range(16)) for n in range(20)]
    return [
        Result(f"p{n}", "s", "k", 1, Cell("16 replies", "sampled", "m"), 0, False, False, "", HOSTILE, "", draws=one)
        for n, one in enumerate(draws)
    ]


@pytest.mark.skipif(CHROMIUM is None, reason="CHROMIUM IS MISSING: the bench's page was not looked at")
@pytest.mark.parametrize(
    ("kind", "results", "look"),
    [("report.html", repaired(), "light"), ("report.html", drawn(), "dark"), ("curves.svg", drawn(), "dark")],
    ids=["repaired", "drawn", "picture"],
)
def test_the_curves_are_seen(
    server: tuple[str, list[str]], results: list[Result], look: str, kind: str, tmp_path: Path
) -> None:
    image = pytest.importorskip("PIL.Image")
    address, asked = server
    (tmp_path / kind).write_text(
        render(results, HOSTILE, HOSTILE) if kind == "report.html" else figure(results), "utf-8"
    )
    picture = tmp_path / "picture.png"
    dark = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if look == "dark" else []
    command = [
        CHROMIUM or "", "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", *dark,
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--hide-scrollbars",
        f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1100,1400", f"--screenshot={picture}",
        f"{address}/{kind}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert not re.search(r"CONSOLE.*", done.stderr.replace("favicon", ""))
    assert {path for path in asked if path != "/favicon.ico"} == {f"/{kind}"}
    seen = image.open(io.BytesIO(picture.read_bytes())).convert("RGB").getcolors(1 << 24)
    count = {"#{:02X}{:02X}{:02X}".format(*colour): number for number, colour in seen}
    curves = 3 if results[0].draws else 2
    assert all(count.get(colour, 0) > 100 for colour in COLOURS[:curves]), count
    if kind == "report.html":
        assert max(count, key=lambda colour: count[colour]) == ("#FFFFFF" if look == "light" else "#0D1117")

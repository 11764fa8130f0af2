"""The benchmark's random typing, requests and cancels, fewer of them: nothing breaks, nothing is lost, nothing stays."""

from pathlib import Path
from typing import Any

import editor_client
from stress import FILES, Stress


async def test_typing_asking_and_cancelling_while_fixes_run(
    make_project: Any, tmp_path: Path, wait_for: Any, processes_with: Any
) -> None:
    root = make_project(FILES, "stressed")
    mark, log = f"stress-{tmp_path.name}", tmp_path / "log"
    client = editor_client.EditorClient([root])
    await client.start(log=log, XDG_STATE_HOME=str(tmp_path), TESTTIME_MARK=mark)
    tally = await Stress(client, root).run(60, pause=0.02)
    assert tally.edits > 10
    assert tally.during_jobs > 10
    assert tally.cancelled > 0
    # The fix that can be found is found on the text as it has become, and put nowhere else.
    await client.command("testtime.fix", (root / "calc.py").as_uri(), ["test_calc.py::test_add"])
    await client.until(lambda: any("fixed test_add" in message for message in client.messages))
    assert "return a + b" in client.texts[(root / "calc.py").as_uri()]
    assert all(typed in client.texts[uri] for uri, typed in tally.typed)
    await client.stop()
    assert "Traceback" not in log.read_text()
    wait_for(lambda: not processes_with(mark))

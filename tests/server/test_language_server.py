"""The server over stdio, with the recorded capabilities of real editors, real pytest and a real sandbox."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp


async def failing(editor: Any, root: Path, **options: Any) -> tuple[Any, str, str]:
    """An editor with the calculator open and its failing test shown."""
    client = await editor([root], **options)
    test, code = client.open(root / "test_calc.py"), client.open(root / "calc.py")
    client.save(test)
    await client.until(lambda: client.diagnostics(test))
    return client, test, code


async def test_squiggle_quick_fix_verified_edit(editor: Any, calculator: Path, client_name: str) -> None:
    client, test, code = await failing(editor, calculator, client=client_name)
    [diagnostic] = client.diagnostics(test)
    assert diagnostic.range.start == lsp.Position(4, 4)
    assert "test_add: " in diagnostic.message
    assert diagnostic.source == "testtime"
    titles = [action["title"] for action in await client.actions(test, 4)]
    assert titles[0] == "Fix test_add · medium $0.00"
    assert {title.split(" · ")[1].split()[0] for title in titles} == {"low", "medium", "high", "max"}
    assert [action["title"] for action in await client.actions(code, 1)] == titles, "also on the code it executes"
    assert await client.actions(code, 5) == [], "but not on other code"
    assert (await client.act(code, 1, "Fix test_add"))["accepted"]
    await client.until(lambda: any("fixed" in message for message in client.messages))
    assert "return a + b" in client.texts[code]
    assert client.messages[-1].startswith("testtime: fixed test_add · 5/5 tests · $0.00 · ")
    assert client.edits[0].label in client.messages[-1]
    await client.until(lambda: not client.diagnostics(test))
    (calculator / "calc.py").write_text(client.texts[code])
    passes = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    await asyncio.to_thread(subprocess.run, passes, cwd=calculator, check=True)
    kinds = [value["kind"] for _, value in client.progress]
    assert kinds.count("begin") == kinds.count("end")
    told = [value.get("message") or "" for _, value in client.progress]
    assert any("candidate" in line or "confirming" in line for line in told), "several at once are told as the last"


async def test_a_save_while_the_server_starts_is_not_missed(editor: Any, calculator: Path, client_name: str) -> None:
    saved = calculator / "test_calc.py"
    client = await editor(
        [calculator], client=client_name, before_handshake=lambda: saved.write_text(saved.read_text())
    )
    client.open(calculator / "calc.py")
    assert not client.progress, "opening what was not saved runs nothing"
    test = client.open(saved)
    await client.until(lambda: client.diagnostics(test))


async def test_edits_carry_the_version_of_an_open_document(editor: Any, calculator: Path) -> None:
    client, _, code = await failing(editor, calculator)
    client.type(code, client.texts[code] + "\n# more\n")
    await client.act(code, 1, "Fix test_add")
    await client.until(lambda: any("fixed" in message for message in client.messages))
    change = client.edits[0].edit.document_changes[0]
    assert change.text_document.version == 1
    assert client.texts[code].endswith("# more\n")


async def test_a_file_that_is_not_open_is_changed_too(editor: Any, calculator: Path) -> None:
    client = await editor([calculator])
    test = client.open(calculator / "test_calc.py")
    client.save(test)
    await client.until(lambda: client.diagnostics(test))
    await client.act(test, 4, "Fix test_add")
    await client.until(lambda: any("fixed" in message for message in client.messages))
    assert client.edits[0].edit.document_changes[0].text_document.version is None
    assert "a + b" in (calculator / "calc.py").read_text()


async def test_unsaved_text_is_what_is_tested(editor: Any, calculator: Path) -> None:
    client, test, code = await failing(editor, calculator)
    client.type(code, client.texts[code].replace("a - b", "a + b"))
    client.save(test)
    await client.until(lambda: not client.diagnostics(test))
    assert "a - b" in (calculator / "calc.py").read_text()


async def test_text_typed_meanwhile_elsewhere_is_kept_and_the_fix_verified_again(editor: Any, calculator: Path) -> None:
    client, _, code = await failing(editor, calculator)
    await client.act(code, 1, "Fix test_add")
    await client.until(lambda: any("candidate" in (v.get("message") or "") for _, v in client.progress))
    client.type(code, "TYPED = 1\n" + client.texts[code])
    await client.until(lambda: any("fixed" in message for message in client.messages))
    assert client.texts[code].startswith("TYPED = 1\n")
    assert "return a + b" in client.texts[code]


async def test_a_line_begun_meanwhile_is_waited_for(editor: Any, calculator: Path) -> None:
    client, _, code = await failing(editor, calculator)
    before = client.texts[code]
    await client.act(code, 1, "Fix test_add")
    await client.until(lambda: any("candidate" in (v.get("message") or "") for _, v in client.progress))
    client.type(code, before + "TYPED =\n")
    await client.until(lambda: any("verifying the fix on it" in str(value) for _, value in client.progress))
    client.type(code, before + "TYPED = True\n")
    await client.until(lambda: any("fixed test_add" in message for message in client.messages))
    assert client.texts[code] == before.replace("a - b", "a + b") + "TYPED = True\n"


async def test_text_typed_meanwhile_at_the_same_place_is_never_overwritten(editor: Any, calculator: Path) -> None:
    client, _, code = await failing(editor, calculator)
    await client.act(code, 1, "Fix test_add")
    await client.until(lambda: any("candidate" in (v.get("message") or "") for _, v in client.progress))
    client.type(code, client.texts[code].replace("return a - b", "return abs(a) - b"))
    await client.until(lambda: any("ask for the fix again" in message for message in client.messages))
    assert client.edits == []
    assert "return abs(a) - b" in client.texts[code]


async def test_an_editor_that_says_applied_and_did_not(editor: Any, calculator: Path) -> None:
    client, _, code = await failing(editor, calculator)
    client.obeys = False
    await client.act(code, 1, "Fix test_add")
    await client.until(lambda: any("was not applied" in message for message in client.messages))
    assert not any("testtime: fixed" in message for message in client.messages)
    [ready] = [a for a in await client.actions(code, 1) if a["title"].startswith("Apply verified fix")]
    assert ready["title"].startswith("Apply verified fix · 5/5 tests · $0.00 · ")
    assert ready["preferred"]
    assert ready["edit"].document_changes[0].edits[0].new_text == "    return a + b\n"


async def test_an_editor_that_counts_changes_it_tells_nobody(editor: Any, calculator: Path) -> None:
    client, _, code = await failing(editor, calculator, client="helix")
    client.versions[code] += 1
    await client.act(code, 1, "Fix test_add")
    await client.until(lambda: any("fixed test_add" in message for message in client.messages))
    assert "return a + b" in client.texts[code]
    assert len(client.edits) == 2, "refused once"


async def test_an_editor_that_tells_of_a_change_before_the_file_is_open(editor: Any, calculator: Path) -> None:
    """Helix, of an edit in a file that it opens for it."""
    client = await editor([calculator], client="helix")
    client.opens_late = True
    test = client.open(calculator / "test_calc.py")
    client.save(test)
    await client.until(lambda: client.diagnostics(test))
    await client.act(test, 4, "Fix test_add")
    await client.until(lambda: any("fixed test_add" in message for message in client.messages))
    assert len(client.edits) == 1
    assert not any("Error in server" in message for message in client.messages)


async def test_an_edit_that_crosses_a_change_is_verified_again(editor: Any, calculator: Path, client_name: str) -> None:
    client, _, code = await failing(editor, calculator, client=client_name)
    typed = "TYPED = 1\n" + client.texts[code]

    def type_once() -> None:
        client.before_edit = lambda: None
        client.type(code, typed)

    client.before_edit = type_once
    await client.act(code, 1, "Fix test_add")
    await client.until(lambda: any("fixed test_add" in message for message in client.messages))
    assert client.texts[code] == typed.replace("a - b", "a + b")
    assert len(client.edits) == 2, "refused once"


async def test_offer_then_the_text_moves_on(editor: Any, calculator: Path) -> None:
    client, _, code = await failing(editor, calculator, apply="offer")
    await client.act(code, 1, "Fix test_add")
    await client.until(lambda: any("apply it with the code action" in message for message in client.messages))
    assert client.edits == []
    assert (await client.actions(code, 1))[0]["title"].startswith("Apply verified fix")
    client.type(code, "# moved on\n" + client.texts[code])
    assert not any(a["title"].startswith("Apply") for a in await client.actions(code, 2))


@pytest.mark.parametrize(("answer", "applied"), [("Apply", True), ("Discard", False), (None, False)])
async def test_ask(editor: Any, calculator: Path, answer: str | None, applied: bool) -> None:
    client, _, code = await failing(editor, calculator, apply="ask")
    client.answer = answer
    await client.act(code, 1, "Fix test_add")
    await client.until(lambda: len(client.messages) > 0)
    assert [question.rsplit(" · ", 1)[0] for question in client.questions] == ["Apply verified fix · 5/5 tests · $0.00"]
    assert ("a + b" in client.texts[code]) is applied


async def test_stop_and_a_live_server_while_a_fix_runs(
    editor: Any, hard: Path, wait_for: Any, processes_with: Any, tmp_path: Path
) -> None:
    mark = f"TESTTIME_MARK=server-{tmp_path.name}"
    client = await editor([hard], environment=dict([mark.split("=")]))
    test = client.open(hard / "test_greet.py")
    client.save(test)
    await client.until(lambda: client.diagnostics(test))
    await client.act(test, 4, "Fix test_polite")
    await client.until(lambda: any("candidate" in (v.get("message") or "") for _, v in client.progress))
    for _ in range(20):
        titles = [action["title"] for action in await client.actions(test, 4)]
        assert titles[0] == "Stop: fix test_polite"
    assert not client.messages, "twenty answers came before the fix ended"
    await client.act(test, 4, "Fix test_polite")
    assert len([1 for _, v in client.progress if v["kind"] == "begin" and "fix" in v["title"]]) == 1, "joined"
    assert (await client.act(test, 4, "Stop"))["stopped"] == 1
    await client.until(lambda: any("stopped" in message for message in client.messages))
    assert "$0.00 spent" in client.messages[-1]
    server = client.lsp._server.pid
    wait_for(lambda: set(processes_with(mark)) <= {server})
    assert not list(Path("/dev/shm").glob(f"testtime-snapshot-{server}-*/*")), "no snapshot is on the shelf"


async def test_cancel_through_progress(editor: Any, hard: Path) -> None:
    client = await editor([hard])
    test = client.open(hard / "test_greet.py")
    await client.act(test, 4, "Fix test_polite")
    await client.until(lambda: any("candidate" in (v.get("message") or "") for _, v in client.progress))
    token = client.progress[-1][0]
    assert "fix test_polite" in token, "readable: some editors show it"
    client.lsp.window_work_done_progress_cancel(lsp.WorkDoneProgressCancelParams(token=token))
    await client.until(lambda: any("stopped" in message for message in client.messages))


async def test_leaving_kills_everything(
    editor: Any, hard: Path, wait_for: Any, processes_with: Any, tmp_path: Path
) -> None:
    mark = f"TESTTIME_MARK=leave-{tmp_path.name}"
    client = await editor([hard], environment=dict([mark.split("=")]))
    test = client.open(hard / "test_greet.py")
    await client.act(test, 4, "Fix test_polite")
    await client.until(lambda: any("candidate" in (v.get("message") or "") for _, v in client.progress))
    server = client.lsp._server.pid
    client.lsp._server.kill()
    wait_for(lambda: not processes_with(mark))
    await asyncio.wait_for(client.lsp._server.wait(), 10)
    # Nothing of ours is left, without waiting for the next server.
    wait_for(lambda: not list(Path("/dev/shm").glob(f"testtime-snapshot-{server}-*")))


async def test_closing_the_editor_ends_the_server(
    editor: Any, hard: Path, processes_with: Any, tmp_path: Path, wait_for: Any
) -> None:
    mark = f"TESTTIME_MARK=close-{tmp_path.name}"
    client = await editor([hard], environment=dict([mark.split("=")]))
    test = client.open(hard / "test_greet.py")
    await client.act(test, 4, "Fix test_polite")
    await client.until(lambda: any("candidate" in (v.get("message") or "") for _, v in client.progress))
    await client.stop()
    wait_for(lambda: not processes_with(mark))


async def test_settings_change_at_run_time(editor: Any, calculator: Path) -> None:
    client, test, _ = await failing(editor, calculator)
    settings = {"effort": "high", "model": "auto", "colour": 1}
    for more, price in (({}, "$0.00"), ({"baseUrl": "http://127.0.0.1:9/v1"}, "≤ $0.75")):
        changed = lsp.DidChangeConfigurationParams(settings={"testtime": settings | more})
        client.lsp.workspace_did_change_configuration(changed)
        titles = [action["title"] for action in await client.actions(test, 4)]
        assert titles[0] == f"Fix test_add · high {price}", "nothing can cost money without an endpoint or a key"
    assert any("colour" in message for message in client.messages)


async def test_a_broken_interpreter_is_one_message(editor: Any, calculator: Path) -> None:
    client = await editor([calculator], python="/no/such/python")
    test = client.open(calculator / "test_calc.py")
    for _ in range(2):
        ended = len([1 for _, v in client.progress if v["kind"] == "end"])
        client.save(test)
        await client.until(lambda ended=ended: len([1 for _, v in client.progress if v["kind"] == "end"]) > ended)
    complaints = [message for message in client.messages if "/no/such/python" in message]
    assert len(complaints) == 1
    assert "testtime.python" in complaints[0]


async def test_two_roots_are_independent(editor: Any, calculator: Path, hard: Path) -> None:
    slow = (hard / "test_greet.py").read_text().replace("    assert", "    time.sleep(0.2)\n    assert")
    (hard / "test_greet.py").write_text(slow.replace("from greet", "import time\nfrom greet"))
    client = await editor([calculator, hard])
    one, other = client.open(calculator / "test_calc.py"), client.open(hard / "test_greet.py")
    client.save(one)
    client.save(other)
    await client.until(lambda: client.diagnostics(one) and client.diagnostics(other))
    await client.act(other, 6, "Fix test_polite")
    await client.act(one, 4, "Fix test_add")
    await client.until(lambda: any("fixed test_add" in message for message in client.messages))
    assert "Stop" in (await client.actions(other, 6))[0]["title"], "the other root's fix still runs"


async def test_stale_diagnostics_are_cleared_and_moved_on_edit(editor: Any, calculator: Path) -> None:
    client, test, _ = await failing(editor, calculator)
    text = client.texts[test]
    client.type(test, "# a line above\n" + text)
    await client.until(lambda: client.diagnostics(test)[0].range.start.line == 5)
    client.type(test, text.replace("assert add(2, 3) == 5", "assert add(2, 3) == 6"))
    await client.until(lambda: client.diagnostics(test) == [])


async def test_manual_runs_only_on_command(editor: Any, calculator: Path) -> None:
    client = await editor([calculator], runTests="manual")
    test = client.open(calculator / "test_calc.py")
    client.save(test)
    titles = [action["title"] for action in await client.actions(test, 4)]
    assert titles == ["Fix test_add · medium $0.00", "Run tests"]
    assert client.progress == []
    await client.act(test, 4, "Run tests")
    await client.until(lambda: client.diagnostics(test))


def test_stdout_carries_nothing_but_json_rpc(calculator: Path) -> None:
    command = [str(Path(sys.executable).parent / "testtime"), "serve"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=calculator
    )
    out, _ = process.communicate(b"Content-Length: 5\r\n\r\nhello", timeout=20)
    assert out == b"" or out.startswith(b"Content-Length:")


def test_serve_over_tcp(calculator: Path, wait_for: Any) -> None:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "testtime"), "serve", "--tcp", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def connected() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                body = b'{"jsonrpc":"2.0","id":1,"method":"shutdown"}'
                connection.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
                return connection.recv(15) == b"Content-Length:"
        except OSError:
            return False

    try:
        wait_for(connected)
    finally:
        process.kill()
        process.wait()


async def test_commands_for_a_client_with_its_own_views(editor: Any, calculator: Path) -> None:
    client, _, code = await failing(editor, calculator, apply="offer", status=True)
    assert await client.command("testtime.readyFix") is None
    assert (await client.command("testtime.fix", code))["accepted"], "one argument is enough"
    await client.until(lambda: any("apply it with the code action" in message for message in client.messages))
    ready = await client.command("testtime.readyFix")
    assert ready["title"].startswith("Apply verified fix · 5/5 tests · $0.00 · ")
    [file] = ready["files"]
    assert (file["uri"], file["before"]) == (code, client.texts[code])
    assert "+    return a + b" in ready["diff"]
    assert (await client.command("testtime.applyFix", ready["id"]))["accepted"]
    await client.until(lambda: client.texts[code] == file["after"])
    assert await client.command("testtime.readyFix") is None
    status = await client.command("testtime.status")
    assert status["last"]["verified"]
    assert status["today"] == {"usd": 0.0, "tokens": 0}
    titles = {job["title"] for told in client.statuses for job in told["running"]}
    assert {"run tests", "fix all failing tests"} <= titles, "told without being asked"


async def test_why_no_fix(editor: Any, hard: Path) -> None:
    client = await editor([hard], timeout=3)
    test = client.open(hard / "test_greet.py")
    await client.act(test, 4, "Fix test_polite")
    await client.until(lambda: any("Nothing verified" in message for message in client.messages))
    assert not client.statuses, "only a client that asked is told"
    assert "Nothing verified" in (await client.command("testtime.whyNoFix"))["reason"]

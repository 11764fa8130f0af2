"""Everything an editor shows and does beside the one quick fix: lenses, hints, diagnostics, roots, files on disk."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from editor_client import capabilities
from lsprotocol import types as lsp


async def failing(editor: Any, root: Path, **options: Any) -> tuple[Any, str, str]:
    """An editor with the calculator open and its failing test shown."""
    client = await editor([root], **options)
    test, code = client.open(root / "test_calc.py"), client.open(root / "calc.py")
    client.save(test)
    await client.until(lambda: client.diagnostics(test))
    return client, test, code


async def fixed(client: Any) -> None:
    await client.until(lambda: any("fixed" in message for message in client.messages))


def titles(lenses: list[lsp.CodeLens]) -> list[tuple[int, str]]:
    return [(lens.range.start.line, lens.command.title) for lens in lenses if lens.command is not None]


async def test_lenses_run_and_fix_and_tell_how_it_ended(editor: Any, calculator: Path) -> None:
    client = await editor([calculator])
    test, code = client.open(calculator / "test_calc.py"), client.open(calculator / "calc.py")
    run = (await client.lenses(test))[0]
    assert titles([run]) == [(3, "Run")]
    await client.command(run.command.command, *run.command.arguments)
    await client.until(lambda: client.diagnostics(test))
    assert titles(await client.lenses(test))[:3] == [
        (3, "Run · failed"),
        (3, "Fix · medium $0.00"),
        (7, "Run · passed"),
    ]
    [fix] = await client.lenses(code)
    assert titles([fix]) == [(0, "Fix test_add · medium $0.00")]
    await client.command(fix.command.command, *fix.command.arguments)
    await fixed(client)
    run, (line, last) = titles(await client.lenses(test))[:2]
    assert (run, line) == ((3, "Run · passed"), 3)
    assert last.startswith("fixed · 5/5 tests · $0.00 · ")
    assert "lens" in client.refreshes or client.capabilities.workspace.code_lens is None
    changed = lsp.DidChangeConfigurationParams(settings={"testtime": {"model": "none", "codeLens": False}})
    client.lsp.workspace_did_change_configuration(changed)
    assert await client.lenses(test) == []


async def test_a_fix_of_one_test_forgets_nothing_of_the_others(editor: Any, calculator: Path) -> None:
    (calculator / "greet.py").write_text("def greet(name):\n    return ''\n")
    (calculator / "test_greet.py").write_text(
        "from greet import greet\n\n\ndef test_polite():\n    assert greet('Ada') == 'Hello Ada'\n"
    )
    client, test, code = await failing(editor, calculator)
    await client.act(code, 1, "Fix test_add")
    await fixed(client)
    greet, test_greet = client.open(calculator / "greet.py"), (calculator / "test_greet.py").as_uri()
    assert titles(await client.lenses(greet)) == [(0, "Fix test_polite · medium $0.00")]
    assert client.diagnostics(test_greet)
    assert not client.diagnostics(test)


async def test_hints_where_a_client_has_no_lenses(editor: Any, calculator: Path) -> None:
    client, test, code = await failing(editor, calculator, client="helix")
    span = lsp.Range(lsp.Position(0, 0), lsp.Position(99, 0))
    params = lsp.InlayHintParams(lsp.TextDocumentIdentifier(test), span)
    assert not await client.lsp.text_document_inlay_hint_async(params)
    await client.act(code, 1, "Fix test_add")
    await fixed(client)
    [hint] = await client.lsp.text_document_inlay_hint_async(params)
    assert hint.label.startswith("fixed · 5/5 tests · $0.00 · ")
    assert hint.position == lsp.Position(3, len("def test_add():"))


async def test_pulled_diagnostics_are_not_pushed_as_well(editor: Any, calculator: Path) -> None:
    able = capabilities("visual_studio_code")
    assert able.text_document is not None
    assert able.workspace is not None
    able.text_document.diagnostic = lsp.DiagnosticClientCapabilities()
    able.workspace.diagnostics = lsp.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    raising = "from calc import div\n\n\ndef test_div():\n    assert div(1, 0) == 0\n"
    (calculator / "test_div.py").write_text(raising)
    (calculator / "calc.py").write_text((calculator / "calc.py").read_text() + "\n\ndef div(a, b):\n    return a / b\n")
    client = await editor([calculator], able=able)
    test, div = client.open(calculator / "test_calc.py"), (calculator / "test_div.py").as_uri()
    client.save(test)
    await client.until(lambda: client.pulled.get(test))
    assert len(client.diagnostics(test)) == 1
    assert not client.lsp.diagnostics.get(test), "asked for, so not sent"
    await client.until(lambda: client.lsp.diagnostics.get(div))
    client.open(calculator / "test_div.py")
    await client.until(lambda: client.pulled.get(div) and not client.lsp.diagnostics.get(div))
    client.type(test, client.texts[test].replace("== 5", "== 6"))
    await client.until(lambda: client.pulled[test] == [])


async def test_show_report_and_why_no_fix(editor: Any, calculator: Path, tmp_path: Path) -> None:
    able = capabilities("visual_studio_code")
    assert able.window is not None
    able.window.show_document = lsp.ShowDocumentClientCapabilities(support=True)
    environment = {"XDG_STATE_HOME": str(tmp_path / "state")}
    client, _, code = await failing(editor, calculator, able=able, environment=environment, apply="offer")
    assert await client.command("testtime.showReport") is None
    await client.act(code, 1, "Fix test_add")
    await client.until(lambda: any("apply it" in message for message in client.messages))
    shown = await client.act(code, 1, "Show report: fix test_add")
    assert client.shown == [shown.uri if hasattr(shown, "uri") else shown["uri"]]
    page = Path(client.shown[0].removeprefix("file://")).read_text()
    assert "return a + b" in page
    assert (await client.command("testtime.whyNoFix"))["verified"]
    status = await client.command("testtime.status")
    assert status["last"]["report"] == client.shown[0]


async def test_a_client_without_show_document_is_told_the_path(editor: Any, calculator: Path, tmp_path: Path) -> None:
    able = capabilities("visual_studio_code")
    assert able.window is not None
    able.window.show_document = None
    environment = {"XDG_STATE_HOME": str(tmp_path / "state")}
    client, _, code = await failing(editor, calculator, able=able, environment=environment)
    await client.act(code, 1, "Fix test_add")
    await fixed(client)
    await client.command("testtime.showReport")
    await client.until(lambda: any(f"the report is {tmp_path}" in message for message in client.messages))
    assert client.shown == []


async def test_several_files_open_or_not_and_one_edit(editor: Any, make_project: Any, chat_server: Any) -> None:
    root = make_project(
        {
            "one.py": "def first():\n    return 'uno'\n",
            "two.py": "def second():\n    return 'due'\n",
            "test_both.py": "from one import first\nfrom two import second\n\n\n"
            "def test_both():\n    assert (first(), second()) == (list('one'), list('two'))\n",
        }
    )
    block = "{0}.py\n<<<<<<< SEARCH\n    return '{1}'\n=======\n    return list('{0}')\n>>>>>>> REPLACE\n"
    server = chat_server([block.format("one", "uno") + "\n" + block.format("two", "due")] * 12)
    client = await editor([root], baseUrl=server.url, model="scripted", apiKey="x")
    code, test = client.open(root / "one.py"), client.open(root / "test_both.py")
    client.save(test)
    await client.until(lambda: client.diagnostics(test))
    await client.act(test, 5, "Fix test_both")
    await fixed(client)
    assert len(client.edits) == 1, "one edit, so one undo step"
    assert client.texts[code].endswith("list('one')\n")
    assert (root / "two.py").read_text().endswith("list('two')\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_beyond_the_basic_plane_in_every_encoding(editor: Any, make_project: Any, encoding: str) -> None:
    text = "def add(a, b): x = '😋é'; return a - b  # 😋"
    root = make_project(
        {
            "calc.py": text,
            "test_calc.py": "from calc import add\n\n\ndef test_add(): x = '😋'; assert add(2, 3) == 5, '😋'\n\n\n"
            "def test_zero():\n    assert add(1, 0) == 1\n",
        }
    )
    able = capabilities("visual_studio_code")
    able.general = lsp.GeneralClientCapabilities(position_encodings=[encoding])
    client, test, code = await failing(editor, root, able=able)
    assert client.encoding == encoding
    [diagnostic] = client.diagnostics(test)
    line = client.texts[test].split("\n")[3]
    name, width = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}[encoding]
    assert diagnostic.range.end.character == len(line.encode(name)) // width
    client.edit(code, len(text), len(text), "😋")
    await client.act(code, 0, "Fix test_add")
    await fixed(client)
    assert client.texts[code] == text.replace("a - b", "a + b") + "😋"


async def test_an_undone_text_is_offered_its_fix_again(editor: Any, calculator: Path) -> None:
    client, _, code = await failing(editor, calculator)
    original = client.texts[code]
    await client.act(code, 1, "Fix test_add")
    await client.until(lambda: any("candidate" in (v.get("message") or "") for _, v in client.progress))
    client.type(code, original.replace("return a - b", "return abs(a) - b"))
    await client.until(lambda: any("ask for the fix again" in message for message in client.messages))
    assert not any(action["title"].startswith("Apply") for action in await client.actions(code, 1))
    client.type(code, original)
    assert (await client.actions(code, 1))[0]["title"].startswith("Apply verified fix · 5/5 tests")


async def test_a_test_that_is_changed_meanwhile_counts(editor: Any, calculator: Path) -> None:
    client, test, code = await failing(editor, calculator)
    await client.act(code, 1, "Fix test_add")
    await client.until(lambda: any("candidate" in (v.get("message") or "") for _, v in client.progress))
    client.type(test, client.texts[test].replace("== 5", "== 6"))
    await client.until(
        lambda: any("with what you typed meanwhile it no longer passes" in message for message in client.messages)
    )
    assert client.edits == []


async def test_in_the_background_nothing_is_written_or_said(editor: Any, calculator: Path) -> None:
    client, _, code = await failing(editor, calculator, background="mutate", status=True, codeLens=True)
    await client.until(lambda: (client.statuses[-1]["last"] or {}).get("verified"))
    assert client.edits == []
    assert client.messages == []
    assert not any("fix" in value["title"] for _, value in client.progress if value["kind"] == "begin")
    assert (await client.actions(code, 1))[0]["title"].startswith("Apply verified fix · 5/5 tests")


async def test_files_written_by_somebody_else(editor: Any, calculator: Path) -> None:
    client = await editor([calculator], client="helix")
    test = client.open(calculator / "test_calc.py")
    client.save(test)
    await client.until(lambda: client.diagnostics(test))
    await client.until(lambda: lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES in client.registered)
    (calculator / "calc.py").write_text((calculator / "calc.py").read_text().replace("a - b", "a + b"))
    change = lsp.FileEvent((calculator / "calc.py").as_uri(), lsp.FileChangeType.Changed)
    client.lsp.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([change]))
    await client.until(lambda: not client.diagnostics(test))


async def test_configuration_on_disk_without_a_watcher(editor: Any, calculator: Path) -> None:
    client, test, code = await failing(editor, calculator, client="neovim")
    assert lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES not in client.registered
    with (calculator / "pyproject.toml").open("a") as stream:
        stream.write('\n[tool.testtime]\neffort = "low"\n')
    os.utime(calculator / "pyproject.toml", ns=(1, 1))
    client.save(test)
    assert (await client.actions(code, 1))[0]["title"] == "Fix test_add · low $0.00"


async def test_a_monorepo_s_packages_are_projects_and_a_closed_folder_is_forgotten(
    editor: Any, make_project: Any, calculator: Path, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    client = await editor([tmp_path], client="visual_studio_code")
    test = client.open(calculator / "test_calc.py")
    client.save(test)
    await client.until(lambda: client.diagnostics(test))
    assert client.diagnostics(test)[0].code == "test_calc.py::test_add", "relative to its own pyproject.toml"
    folder = lsp.WorkspaceFolder(uri=tmp_path.as_uri(), name="all")
    event = lsp.WorkspaceFoldersChangeEvent(added=[], removed=[folder])
    client.lsp.workspace_did_change_workspace_folders(lsp.DidChangeWorkspaceFoldersParams(event=event))
    await client.until(lambda: not client.diagnostics(test))
    client.save(test)
    await client.until(lambda: client.diagnostics(test))


async def test_no_tests_is_one_clear_sentence(editor: Any, make_project: Any) -> None:
    root = make_project({"alone.py": "x = 1\n"}, "alone")
    client = await editor([root])
    client.save(client.open(root / "alone.py"))
    await client.until(lambda: client.messages)
    assert "pytest found no tests here" in client.messages[0]
    assert "testtime." in client.messages[0]
    assert json.dumps(client.messages).count("no tests") == 1

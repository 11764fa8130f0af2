"""Completion at a stub: only what passed, as long as the rest of the file is as it was."""

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from testtime_sandbox.patch import FileEdit, Patch
from testtime_server.completion import items
from testtime_server.documents import offset
from testtime_server.stubs import body_of, stubs_of

SHAPES = {
    "shapes.py": '"""😋"""\n\n\ndef area(width, height):\n    """Area of a rectangle."""\n    ...\n\n\ndef one():\n    return 1\n',
    "test_shapes.py": "from shapes import area, one\n\n\ndef test_area():\n    assert area(2, 3) == 6\n\n\n"
    "def test_other():\n    assert area(4, 5) == 20\n\n\ndef test_one():\n    assert one() == 1\n",
}


@pytest.fixture
def shapes(make_project: Any) -> Path:
    return make_project(SHAPES, "shapes")


async def complete(client: Any, uri: str, line: int, character: int) -> tuple[list[Any], list[Any]]:
    document, place = lsp.TextDocumentIdentifier(uri), lsp.Position(line, character)
    found = await client.lsp.text_document_completion_async(lsp.CompletionParams(document, place))
    context = lsp.InlineCompletionContext(lsp.InlineCompletionTriggerKind.Invoked)
    params = lsp.InlineCompletionParams(context=context, text_document=document, position=place)
    inline = await client.lsp.text_document_inline_completion_async(params)
    return list(found or []), list(inline or [])


async def test_from_the_stub_to_the_accepted_body(editor: Any, shapes: Path, client_name: str) -> None:
    client = await editor([shapes], client=client_name)
    code, test = client.open(shapes / "shapes.py"), client.open(shapes / "test_shapes.py")
    assert client.server.inline_completion_provider is not None
    assert await complete(client, code, 5, 7) == ([], []), "nothing is known yet"
    client.save(test)
    await client.until(lambda: client.diagnostics(test))
    title = "Complete area until its 2 tests pass · medium $0.00"
    assert title in [action["title"] for action in await client.actions(code, 5)]
    found, inline = await complete(client, code, 5, 7)
    search = [] if client_name == "helix" else [(title, "testtime.complete")]  # Helix never runs an item's command
    assert ([(item.label, item.command.command) for item in found], inline) == (search, [])
    [lens] = [lens for lens in await client.lenses(code) if "Complete" in lens.command.title]
    assert (lens.range.start.line, lens.command.title) == (3, title)
    answer = await client.command(lens.command.command, *lens.command.arguments)
    assert answer["accepted"]
    assert "complete area" in answer["token"]
    await client.until(lambda: any("a body of area was verified" in message for message in client.messages))
    assert client.edits == [], "it is offered, not written"
    [item], [ghost] = await complete(client, code, 5, 7)
    assert item.label == "return width * height"
    assert item.detail.startswith("verified · 3/3 tests · $0.00 · ")
    assert (ghost.insert_text, ghost.range) == ("return width * height", item.text_edit.range)
    # Whatever the user has put in the body's place meanwhile, what is accepted makes the text that was verified.
    client.type(code, client.texts[code].replace("    ...\n", "    \n"))
    [item], _ = await complete(client, code, 5, 4)
    client.accept(code, item)
    assert client.texts[code] == SHAPES["shapes.py"].replace("...", "return width * height")
    assert await complete(client, code, 0, 0) == ([], [])
    client.type(code, client.texts[code].replace("return 1", "return 2"))
    assert await complete(client, code, 5, 7) == ([], []), "that was never verified"


async def test_a_method_whose_state_says_nothing_plain(editor: Any, make_project: Any) -> None:
    root = make_project(
        {
            "box.py": "class Box:\n    def __init__(self, items):\n        self.items = items\n\n"
            "    def count(self): raise NotImplementedError\n",
            "test_box.py": "from box import Box\n\n\ndef test_count():\n    assert Box('ab').count() == 2\n\n\n"
            "def test_none():\n    assert Box([]).count() == 0\n",
        }
    )
    client = await editor([root])
    code, test = client.open(root / "box.py"), client.open(root / "test_box.py")
    client.save(test)
    await client.until(lambda: client.diagnostics(test))
    await client.command("testtime.complete", code, {"line": 4, "character": 0})
    await client.until(lambda: any("a body of count was verified" in message for message in client.messages))
    [item], _ = await complete(client, code, 4, 30)
    assert item.label == "return len(self.items)"


async def test_with_a_model_that_is_told_what_to_write(editor: Any, make_project: Any, chat_server: Any) -> None:
    root = make_project(
        {
            "roman.py": "def roman(n):\n    # TODO\n    pass\n",
            "test_roman.py": "from roman import roman\n\n\ndef test_four():\n    assert roman(4) == 'IV'\n\n\n"
            "def test_nine():\n    assert roman(9) == 'IX'\n\n\ndef test_six():\n    assert roman(16) == 'XVI'\n",
        }
    )
    body = (
        "    text = ''\n    for value, sign in ((10, 'X'), (9, 'IX'), (5, 'V'), (4, 'IV'), (1, 'I')):\n"
        "        text += sign * (n // value)\n        n %= value\n    return text\n"
    )
    reply = f"roman.py\n<<<<<<< SEARCH\n    # TODO\n    pass\n=======\n{body}>>>>>>> REPLACE\n"
    server = chat_server([reply] * 12)
    client = await editor([root], baseUrl=server.url, model="scripted", apiKey="x")
    code, test = client.open(root / "roman.py"), client.open(root / "test_roman.py")
    client.save(test)
    await client.until(lambda: client.diagnostics(test))
    await client.act(code, 2, "Complete roman until its 3 tests pass")
    await client.until(lambda: any("a body of roman was verified" in message for message in client.messages))
    assert any("implement the body of `roman` in roman.py" in str(request) for request in server.requests)
    [item], inline = await complete(client, code, 1, 4)
    assert inline == [], "ghost text replaces one line at most"
    client.accept(code, item)
    assert client.texts[code] == "def roman(n):\n" + body


STUBS = '''\
def a(x): ...
def b(x):
    """Doc."""
def c(
    x,
) -> int:
    # TODO: more
    return 0
class K:
    def d(self, é="😋"):
        """Doc."""
        raise NotImplementedError("x")
def full(x):
    return 0
'''


def test_what_is_a_stub() -> None:
    found = {stub.name: STUBS[stub.start : stub.end] for stub in stubs_of(STUBS)}
    assert found == {
        "a": "...",
        "b": "",
        "c": "    # TODO: more\n    return 0\n",
        "K::d": '        raise NotImplementedError("x")\n',
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize(
    ("old", "new", "middle", "cursor"),
    [
        ("    ...\n", "    return '😋'\n", "    ...\n", 6),
        ("    ...\n", "    x = 1\n    return x\n", "    x\n", 5),
        ("    ...\n", "    x = 1\n    return x\n", "    a\n    b\n    c\n", 10),
        ("    ...\n", "    return 1\n", "", 0),
        ("    ...\n", "    return 1\n", "\t\n", 1),
        ("    ...\n", "    return 1\n", "    \n", 4),
    ],
)
def test_accepting_makes_the_verified_text(encoding: str, old: str, new: str, middle: str, cursor: int) -> None:
    from editor_client import _edited

    head, tail = "x = '😋'\n\n\ndef f():\n", "\n\ny = 2\n"
    body = body_of(Patch((FileEdit("f.py", head + old + tail, head + new + tail),)), "2/2 tests")
    assert body is not None
    text = head + middle + tail
    lines = text[: len(head) + cursor].split("\n")
    place = lsp.Position(len(lines) - 1, len(lines[-1]))
    made = items(body, text, place, encoding)
    assert made is not None
    item, inline = made
    assert isinstance(item.text_edit, lsp.TextEdit)
    edits = [item.text_edit, *(item.additional_text_edits or [])]
    assert _edited(text, edits, encoding) == head + new + tail
    assert item.text_edit.range.start.line == item.text_edit.range.end.line == place.line
    if inline is not None:
        assert inline.range is not None
        assert _edited(text, [lsp.TextEdit(inline.range, str(inline.insert_text))], encoding) == head + new + tail
    assert offset([text], place, encoding) >= 0

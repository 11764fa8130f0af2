"""A scripted chat-completions server: real HTTP for the real `openai` client, replies from a list.

python tests/chat_server.py replies.json     # prints its base URL; each item is a text or an object as in `Scripted`
"""

import json
import re
import select
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
CHATTER = "This explains the change at length and says nothing new. "


@dataclass
class Scripted:
    """One answer. `body` replaces the whole completion; `hold` is waited for before anything is sent."""

    content: str | None = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    usage: dict[str, Any] | None = field(default_factory=lambda: dict(USAGE))
    body: str | None = None
    content_type: str = "application/json"
    hold: threading.Event | None = None
    refuse: str | None = None
    """Answer 400 naming this parameter, when the request has it; then the next answer is due."""
    calls: list[list[Any]] = field(default_factory=list)
    """Tool calls: [name, arguments as an object or as the text that is sent]."""
    reasoning: str = ""
    """Streamed as `reasoning_content` before the content."""
    finish: str = "stop"
    choices: int = 1
    stream: bool = True
    """False: answer in one piece even when a stream was asked for."""
    usage_in_each_chunk: bool = False
    hold_after: int | None = None
    """Pieces of a stream after which `hold` is waited for, instead of before."""
    drop_after: int | None = None
    """Pieces of a stream after which the connection breaks."""
    alternatives: list[list[Any]] = field(default_factory=list)
    """What the first token could have been: [token, its log-probability]."""
    endless: bool = False
    """Go on with chatter until the client hangs up."""

    def message(self) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": self.content}
        if self.calls:
            message["tool_calls"] = [
                {"id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": _text(arguments)}}
                for n, (name, arguments) in enumerate(self.calls)
            ]
        return message

    def logprobs(self) -> dict[str, Any]:
        told = [{"token": token, "logprob": logprob} for token, logprob in self.alternatives]
        return {"content": [{"token": self.content, "logprob": 0.0, "top_logprobs": told}]}

    def completion(self, model: str) -> bytes:
        if self.body is not None:
            return self.body.encode()
        if self.status != 200:
            return json.dumps({"error": {"message": f"scripted {self.status}", "type": "scripted"}}).encode()
        choices: list[dict[str, Any]] = [
            {"index": n, "finish_reason": self.finish, "message": self.message()} for n in range(self.choices)
        ]
        if self.alternatives:
            choices[0]["logprobs"] = self.logprobs()
        answer = {"id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": model, "choices": choices}
        if self.usage is not None:
            answer["usage"] = self.usage
        return json.dumps(answer).encode()

    def chunks(self, model: str, *, usage: bool) -> Iterator[bytes]:
        """The events of a stream, one piece of a few characters each."""
        frame = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": model}

        def event(delta: Mapping[str, Any], finish: str | None = None) -> bytes:
            choice: dict[str, Any] = {"index": 0, "delta": delta, "finish_reason": finish}
            if self.alternatives and "content" in delta:
                choice["logprobs"] = self.logprobs()
            more = {"usage": self.usage} if self.usage_in_each_chunk else {}
            return f"data: {json.dumps({**frame, 'choices': [choice], **more})}\n\n".encode()

        for piece in _pieces(self.reasoning):
            yield event({"reasoning_content": piece})
        for piece in _pieces(self.content or ""):
            yield event({"content": piece})
        while self.endless:
            for piece in _pieces(CHATTER):
                yield event({"content": piece})
        for number, (name, arguments) in enumerate(self.calls):
            head = {"index": number, "id": f"call_{number}", "type": "function"}
            yield event({"tool_calls": [{**head, "function": {"name": name, "arguments": ""}}]})
            for piece in _pieces(_text(arguments)):
                yield event({"tool_calls": [{"index": number, "function": {"arguments": piece}}]})
        yield event({}, "tool_calls" if self.calls else self.finish)
        if usage and self.usage is not None:
            yield f"data: {json.dumps({**frame, 'choices': [], 'usage': self.usage})}\n\n".encode()
        yield b"data: [DONE]\n\n"


def _text(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


def _pieces(text: str) -> list[str]:
    return re.findall(r"(?s).{1,6}", text)


Answer = str | Scripted
Item = Answer | Callable[[dict[str, Any]], Answer]


class ChatServer:
    """Serves `replies` in order, then 500s; keeps every request it got.

    `most_at_once`: answer 429 with `retry_after` (seconds) to any request above so many under way.
    """

    def __init__(
        self,
        replies: Iterable[Item],
        models: tuple[str, ...] = ("scripted",),
        *,
        most_at_once: int | None = None,
        retry_after: str = "0.05",
    ) -> None:
        self.replies = list(replies)
        self.models = models
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.arrived = threading.Event()
        self.hung_up = threading.Event()
        self.hang_ups = 0
        self.refused = 0
        """How many requests were answered 429 for being one too many."""
        self._under_way = 0
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                data = [{"id": name, "object": "model"} for name in outer.models]
                self._send(200, json.dumps({"object": "list", "data": data}).encode(), {})

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with outer._lock:
                    if most_at_once is not None and outer._under_way >= most_at_once:
                        outer.refused += 1
                        item: Item | None = None
                    else:
                        outer._under_way += 1
                        outer.requests.append(request)
                        outer.keys.append(self.headers.get("Authorization"))
                        item = outer.replies.pop(0) if outer.replies else Scripted(status=500)
                outer.arrived.set()
                if item is None:
                    self._send(429, b'{"error": {"message": "too many"}}', {"Retry-After": retry_after})
                    return
                try:
                    self._answer(request, item(request) if callable(item) else item)
                finally:
                    with outer._lock:
                        outer._under_way -= 1

            def _answer(self, request: dict[str, Any], answer: Answer) -> None:
                answer = answer if isinstance(answer, Scripted) else Scripted(answer)
                if answer.hold is not None and answer.hold_after is None and not self._held(answer.hold):
                    return
                if answer.refuse is not None and answer.refuse in request:
                    message = f"Unsupported parameter: '{answer.refuse}' is not supported with this model."
                    self._send(400, json.dumps({"error": {"message": message}}).encode(), {})
                elif request.get("stream") and answer.stream and answer.status == 200 and answer.body is None:
                    self._stream(request, answer)
                else:
                    body = answer.completion(request["model"])
                    self._send(answer.status, body, answer.headers, answer.content_type)

            def _stream(self, request: dict[str, Any], answer: Scripted) -> None:
                """Send the events one by one, looking before each whether the client is still there."""
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                usage = bool((request.get("stream_options") or {}).get("include_usage"))
                for number, event in enumerate(answer.chunks(request["model"], usage=usage)):
                    if number == answer.drop_after:
                        self.close_connection = True
                        return
                    if number == answer.hold_after and answer.hold is not None and not self._held(answer.hold):
                        return
                    pause = 0.001 if answer.endless else 0.0
                    try:
                        if select.select([self.connection], [], [], pause)[0] and not self.connection.recv(1):
                            self._client_left()
                            return
                        self.wfile.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
                    except OSError:
                        self._client_left()
                        return
                self.wfile.write(b"0\r\n\r\n")

            def _client_left(self) -> None:
                self.close_connection = True
                with outer._lock:
                    outer.hang_ups += 1
                outer.hung_up.set()

            def _held(self, event: threading.Event) -> bool:
                """Wait for the event; False when the client hung up first."""
                self.connection.settimeout(0.02)
                while not event.is_set():
                    try:
                        if self.connection.recv(1) == b"":
                            self._client_left()
                            return False
                    except TimeoutError:
                        continue
                    except OSError:
                        self._client_left()
                        return False
                self.connection.settimeout(None)
                return True

            def _send(
                self, status: int, body: bytes, headers: dict[str, str], content_type: str = "application/json"
            ) -> None:
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def main() -> None:
    items = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    server = ChatServer(item if isinstance(item, str) else Scripted(**item) for item in items)
    print(server.url, flush=True)
    server._thread.join()


if __name__ == "__main__":
    main()

"""A scripted chat-completions server: real HTTP for the real `openai` client, replies from a list.

python tests/chat_server.py replies.json     # prints its base URL; each item is a text or an object as in `Scripted`
"""

import json
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}


@dataclass
class Scripted:
    """One answer. `body` replaces the whole completion; `hold` is waited for before anything is sent."""

    content: str | None = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    usage: dict[str, Any] | None = field(default_factory=lambda: dict(USAGE))
    body: str | None = None
    hold: threading.Event | None = None
    refuse: str | None = None
    """Answer 400 naming this parameter, when the request has it; then the next answer is due."""

    def completion(self, model: str) -> bytes:
        if self.body is not None:
            return self.body.encode()
        if self.status != 200:
            return json.dumps({"error": {"message": f"scripted {self.status}", "type": "scripted"}}).encode()
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": self.content}}
        answer: dict[str, Any] = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 0,
            "model": model,
            "choices": [choice],
        }
        if self.usage is not None:
            answer["usage"] = self.usage
        return json.dumps(answer).encode()


Item = str | Scripted | Callable[[dict[str, Any]], str]


class ChatServer:
    """Serves `replies` in order, then 500s; keeps every request it got."""

    def __init__(self, replies: Iterable[Item], models: tuple[str, ...] = ("scripted",)) -> None:
        self.replies = list(replies)
        self.models = models
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.arrived = threading.Event()
        self.hung_up = threading.Event()
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
                    outer.requests.append(request)
                    outer.keys.append(self.headers.get("Authorization"))
                    item = outer.replies.pop(0) if outer.replies else Scripted(status=500)
                outer.arrived.set()
                answer = item if isinstance(item, Scripted) else Scripted(item(request) if callable(item) else item)
                if answer.hold is not None and not self._held(answer.hold):
                    return
                if answer.refuse is not None and answer.refuse in request:
                    message = f"Unsupported parameter: '{answer.refuse}' is not supported with this model."
                    self._send(400, json.dumps({"error": {"message": message}}).encode(), {})
                    return
                self._send(answer.status, answer.completion(request["model"]), answer.headers)

            def _held(self, event: threading.Event) -> bool:
                """Wait for the event; False when the client hung up first."""
                self.connection.settimeout(0.02)
                while not event.is_set():
                    try:
                        if self.connection.recv(1) == b"":
                            outer.hung_up.set()
                            return False
                    except TimeoutError:
                        continue
                    except OSError:
                        outer.hung_up.set()
                        return False
                self.connection.settimeout(None)
                return True

            def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
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

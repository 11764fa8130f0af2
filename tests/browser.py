"""The real Chromium, headless, over its DevTools protocol: what a page asks for, what it complains of, what its keys do,
and how it looks."""

import base64
import contextlib
import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SECONDS = 120.0


class Browser:
    """One browser with one page; nothing but files and loopback can be reached from it."""

    def __init__(self, folder: Path) -> None:
        """`folder` is for its profile."""
        assert CHROMIUM is not None
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._last = 0
        self._loaded = False
        self._process = subprocess.Popen(
            [
                CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", f"--user-data-dir={folder}",
                "--remote-debugging-port=0", "about:blank",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._session = ""
        self._open = contextlib.ExitStack()
        try:
            self._attach(folder)
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise

    def _attach(self, folder: Path) -> None:
        port, path = self._address(folder / "DevToolsActivePort")
        self._socket = self._open.enter_context(
            connect(f"ws://127.0.0.1:{port}{path}", max_size=None, open_timeout=SECONDS, proxy=None)
        )
        target = next(t for t in self._ask("Target.getTargets")["targetInfos"] if t["type"] == "page")
        attached = self._ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self._ask(f"{domain}.enable")

    def open(self, url: str, *, width: int = 1100, height: int = 1400, dark: bool = False) -> None:
        """Show a page, all of it."""
        look = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self._ask("Emulation.setEmulatedMedia", features=look)
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self._loaded = False
        self._ask("Page.navigate", url=url)
        while not self._loaded:
            self._hear()

    def picture(self) -> bytes:
        """What is seen, as PNG."""
        return base64.b64decode(self._ask("Page.captureScreenshot")["data"])

    def press(self, key: str, text: str = "") -> None:
        """One key, by its DOM name; `text` is what it types, without which Enter does nothing."""
        code = {"Tab": 9, "Enter": 13, "End": 35, "ArrowRight": 39}[key]
        for kind in ("keyDown", "keyUp"):
            self._ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, text=text)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        return self._ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def close(self) -> None:
        """End the browser."""
        self._session = ""
        self._ask("Browser.close")
        self._open.close()
        self._process.wait(SECONDS)

    def _address(self, file: Path) -> tuple[str, str]:
        deadline = time.monotonic() + SECONDS
        while not file.exists() or file.read_text().count("\n") < 1:
            assert time.monotonic() < deadline, "Chromium does not listen"
            assert self._process.poll() is None, "Chromium has ended"
            time.sleep(0.05)
        port, path = file.read_text().split("\n")[:2]
        return port, path

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            answer = self._hear()
            if answer.get("id") == self._last:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]

    def _hear(self) -> dict[str, Any]:
        message = json.loads(self._socket.recv(SECONDS))
        parameters = message.get("params", {})
        match message.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Network.requestWillBeSent":
                self.requests.append(parameters["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(parameters["entry"]["text"])
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(parameters))
            case _:
                pass
        return message

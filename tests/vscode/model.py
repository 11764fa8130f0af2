"""A scripted model for the flow: answers what the projects of the test need, at once or, while a file exists, not yet.

python model.py HOLD_FILE      # prints its base URL
"""

import importlib.util
import sys
import time
from pathlib import Path
from typing import Any

CHAT_SERVER = Path(__file__).parent.parent / "chat_server.py"

GREET = """\
greet.py
<<<<<<< SEARCH
    return ""
=======
    return f"Good evening, {name}."
>>>>>>> REPLACE
"""


SLUG = """\
slug.py
<<<<<<< SEARCH
    ...
=======
    return "-".join(title.lower().split())
>>>>>>> REPLACE
"""


def main() -> None:
    hold = Path(sys.argv[1])
    spec = importlib.util.spec_from_file_location("chat_server", CHAT_SERVER)
    assert spec is not None
    assert spec.loader is not None
    chat = importlib.util.module_from_spec(spec)
    sys.modules["chat_server"] = chat
    spec.loader.exec_module(chat)

    def answer(request: dict[str, Any]) -> str:
        while hold.exists():
            time.sleep(0.05)
        asked = str(request["messages"])
        return SLUG if "test_slug" in asked else GREET

    server = chat.ChatServer([answer] * 1000, models=("gpt-4o",))
    print(server.url, flush=True)
    server._thread.join()


if __name__ == "__main__":
    main()

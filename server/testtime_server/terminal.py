"""What the terminal's commands share: exit statuses, and how a result or an error is printed."""

from __future__ import annotations

import json
import sys
from typing import Any

from testtime_sandbox.errors import SandboxError

VERIFIED, NOT_VERIFIED, BAD_USAGE, NO_FAILING_TEST, CANCELLED = 0, 1, 2, 3, 130


def print_json(value: dict[str, Any]) -> None:
    """One object on stdout."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False)
    print()


def explain(error: Exception) -> str:
    """One sentence for the user, and the raw output behind it where there is any."""
    detail = f"\n{error.detail}" if isinstance(error, SandboxError) and error.detail else ""
    return f"testtime: {error}{detail}"

"""Where testtime keeps what outlives a run: the ledger and the reports, in the user's own state folder."""

from __future__ import annotations

from pathlib import Path


def state_folder() -> Path:
    """The folder (`$XDG_STATE_HOME/testtime`, `~/.local/state/testtime` or the system's own); it need not exist yet."""
    from platformdirs import user_state_path

    return user_state_path("testtime", appauthor=False)

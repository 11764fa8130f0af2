"""How a model fails to answer.

    ModelError
    ├── EndpointUnreachable   nothing answers there, or not in time
    ├── BadKey                401 or 403
    ├── UnknownModel          404
    ├── OutOfQuota            429 that no waiting mends
    ├── RateLimited           429 until the retries were used up
    ├── ToolsRefused          the endpoint takes no function calls
    └── BadReply              an answer that is no chat completion
        └── BrokenOff         a stream that ended in the middle
    CancelledError
    └── Aborted               the task was cancelled while a request was under way

Every message is one sentence for the user that names the setting to change.
"""

from __future__ import annotations

import asyncio

from .budget import Spend


class ModelError(Exception):
    """The endpoint failed after all retries. `spend` is what that may have cost, None when nothing was billed."""

    def __init__(self, message: str, spend: Spend | None = None) -> None:
        super().__init__(message)
        self.spend = spend


class EndpointUnreachable(ModelError):
    """Nothing answers there, or not in time."""


class BadKey(ModelError):
    """The endpoint refuses the API key."""


class UnknownModel(ModelError):
    """The endpoint does not serve this model."""


class OutOfQuota(ModelError):
    """The account behind the key has nothing left."""


class RateLimited(ModelError):
    """The endpoint still said 429 after all retries."""


class ToolsRefused(ModelError):
    """The endpoint, or this model of it, takes no function calls; the same can be asked in plain text."""


class BadReply(ModelError):
    """What came back is no chat completion."""


class BrokenOff(BadReply):
    """The connection broke, or the server reported an error, in the middle of a stream."""


class Aborted(asyncio.CancelledError):
    """The task was cancelled. `spend` is what the request under way has used at most."""

    def __init__(self, spend: Spend | None) -> None:
        super().__init__()
        self.spend = spend

"""What the sandbox raises. A failed candidate is a value (`Verdict`); these are broken tools and settings.

    SandboxError
    ├── ProjectError          the project cannot be tested as configured; names the setting to change
    │   ├── InterpreterError  no usable interpreter
    │   ├── RunnerError       pytest missing or too old
    │   └── CollectionError   pytest cannot collect: nothing of the project can be judged
    ├── TestNotFound          an id asked for is not in the suite
    ├── IsolationError        no permitted isolation level works here
    ├── BaselineTimeout       the unpatched suite did not end in the time given
    └── PatchError            a patch does not fit the snapshot it was made for

Every message is one sentence for the user that says what to change; `detail` keeps the raw output behind it.
"""

from __future__ import annotations


class SandboxError(Exception):
    """Base of all errors of this part; `detail` is raw output for the log, never needed to understand the message."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class ProjectError(SandboxError):
    """The project cannot be tested as configured."""


class InterpreterError(ProjectError):
    """No usable interpreter was found, or the configured one does not start."""


class RunnerError(ProjectError):
    """pytest is missing from the project's interpreter, or is older than 7."""


class CollectionError(ProjectError):
    """pytest could not collect the tests (a syntax error in a test file, a failing conftest)."""


class TestNotFound(SandboxError):
    """A test id asked for is not in the suite."""

    __test__ = False  # pytest would collect the name


class IsolationError(SandboxError):
    """No permitted isolation level works on this machine."""


class BaselineTimeout(SandboxError):
    """The unpatched suite did not end in the time given."""


class PatchError(SandboxError):
    """A patch does not fit the snapshot it was made for."""

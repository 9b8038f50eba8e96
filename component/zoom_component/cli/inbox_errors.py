"""Turn the failure of an inbox into an error with a kind and an exit code."""

from __future__ import annotations

from zoom_component.errors import ComponentError, InputError, Problem, Unavailable
from zoom_component.events.inbox.failures import InboxFailure

__all__ = ["build_inbox_error"]


def build_inbox_error(error: OSError | ValueError) -> ComponentError:
    """Return Unavailable if the same command may succeed later, such as after a full disk; else InputError."""
    if isinstance(error, InboxFailure):
        message = str(error)
        return Unavailable(message) if error.is_temporary else InputError([Problem("--inbox", message)])
    return InputError([Problem("--inbox", f"{error}; choose another file or URL")])

"""Define the root of every error: its message, where it happened, and its form as JSON. The errors are in `errors`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

__all__ = ["Attempts", "ComponentError", "drop_empty"]


class Attempts(NamedTuple):
    """Hold how many requests a call sent, and how many of them repeated one that had failed."""

    requests: int = 0
    retries: int = 0

    def as_json(self) -> dict[str, dict[str, int]]:
        """Return `{"attempts": {...}}` if something was sent again, else {}: most results do not need it."""
        return {"attempts": self._asdict()} if self.retries else {}


class ComponentError(Exception):
    """Carry what all errors have in common.

    `message` is for the user, `detail` for the developer, `tracking_id` is Zoom's x-zm-trackingid header.
    `exit_code` is what the command line exits with. `str()` puts the action, the method and the path before the
    message.
    """

    kind: ClassVar[str] = "component_error"
    exit_code: ClassVar[int] = 1
    partial: Any = None
    """What a list had fetched before it failed, in the shape of its result; None if nothing."""
    resume: str = ""
    """The page token with which a list that failed can be continued."""
    action: str = ""
    """The key of the action that failed; "" for none."""
    method: str = ""
    """The method of the request that failed; "" if none was sent."""
    path: str = ""
    """The path of that request below the base URL, without its query."""
    attempts: Attempts = Attempts()
    """How many requests the call had sent."""
    may_be_done: bool = False
    """Whether a change may have been made nevertheless: a request was sent, and its outcome is not known."""

    def __init__(self, message: str, *, detail: str = "", tracking_id: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.tracking_id = tracking_id

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.kind = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __str__(self) -> str:
        request = (
            f"{self.method} {self.path}" if self.method and f"{self.method} {self.path}" not in self.message else ""
        )
        action = self.action if self.action and self.action not in self.message else ""
        label = f"{action} ({request})" if action and request else action or request
        return f"{label}: {self.message}" if label else self.message

    def add_place(self, action: str, method: str, path: str, attempts: Attempts) -> None:
        """Add which action and which request failed, after how many requests."""
        self.action, self.method, self.path, self.attempts = action, method, path, attempts

    def add_sentence(self, sentence: str) -> None:
        """Append a sentence to the message."""
        self.message = f"{self.message.rstrip('.')}. {sentence}"
        self.args = (self.message,)

    def as_json(self) -> dict[str, Any]:
        """Return the error as a JSON object: `kind`, `message`, and everything else that is known."""
        value = {"kind": self.kind, "message": self.message, **self._get_details(), **drop_empty(resume=self.resume)}
        if self.partial is not None:
            value["partial"] = self.partial
        if self.method:
            value.update(action=self.action, request=f"{self.method} {self.path}")
        if self.may_be_done:
            value["may_be_done"] = True
        return {**value, **self.attempts.as_json(), **drop_empty(detail=self.detail, tracking_id=self.tracking_id)}

    def _get_details(self) -> Mapping[str, Any]:
        return {}


def drop_empty(**values: Any) -> dict[str, Any]:
    """Return the values that are not empty."""
    return {name: value for name, value in values.items() if value}

"""Define every error that the component raises, grouped by what the caller does next.

* ComponentError
  x SpecError            fix the spec file
  x InputError           fix the inputs and call again; nothing was sent
  x ConnectionFailed     fix the connection's settings, or connect again
  x ResponseError        the root of errors that come from an answer
    + Refused              Zoom refused the request: read its code and message
      x NotFound             check the id
      x MissingScope         add the scope to the app, then connect again
      x MissingPlan          the account or user lacks a plan, a license or an add-on
      x Conflict             it exists already, or its state does not allow the call
    + TryLater             send the same call again later
      x RateLimited          too many calls in a second or a minute
      x QuotaSpent           the limit of calls in a day is reached
      x Unavailable          Zoom or the network is down
      x TimedOut             no answer arrived in time
    + Unexpected           the answer contradicts the spec: report it
      x RepeatedPage         a list returned the same page token twice
  x WebhookRejected      a delivery was not signed by Zoom, or cannot be read

The `kind` in every JSON error is the class name in snake case (`not_found`). No error holds a secret: text from the
network is shortened and redacted before an error is made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from zoom_component.component_error import ComponentError, drop_empty

__all__ = [
    "ComponentError",
    "Conflict",
    "ConnectionFailed",
    "InputError",
    "MissingPlan",
    "MissingScope",
    "NotFound",
    "Problem",
    "QuotaSpent",
    "RateLimited",
    "Refused",
    "RepeatedPage",
    "SpecError",
    "TimedOut",
    "TryLater",
    "Unavailable",
    "Unexpected",
    "WebhookRejected",
]


class Problem(NamedTuple):
    """Describe one problem: the key of an input, "" for several inputs, and what is expected and received."""

    input: str
    message: str

    def as_json(self) -> dict[str, str]:
        """Return the problem as a JSON object."""
        return {"input": self.input, "message": self.message}


class SpecError(ComponentError):
    """Report that a spec file is not valid. Fix the file.

    `diagnostics` are lines of the form `path:line:column: what is wrong`.
    """

    exit_code = 3

    def __init__(self, message: str, *, diagnostics: Sequence[str] = (), detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.diagnostics = tuple(diagnostics)

    def _get_details(self) -> Mapping[str, Any]:
        return drop_empty(diagnostics=list(self.diagnostics))


class InputError(ComponentError):
    """Report that inputs are not valid; nothing was sent. Fix the inputs and call again.

    `problems` holds every problem of the call at once; `action` is the key of the action, "" if there is none.
    """

    exit_code = 2

    def __init__(self, problems: Sequence[Problem], *, action: str = "") -> None:
        self.problems = tuple(problems)
        self.action = action
        super().__init__("; ".join(f"{p.input}: {p.message}" if p.input else p.message for p in self.problems))

    def __str__(self) -> str:
        return self.message  # the problems name the inputs

    def _get_details(self) -> Mapping[str, Any]:
        return {"problems": [problem.as_json() for problem in self.problems]}


class ConnectionFailed(ComponentError):
    """Report that no token can be obtained, or Zoom rejects the token. Fix the connection.

    `reconnect` is True when a person has to connect again. `status` and `code` are those of the token endpoint's
    answer, None if there was no answer.
    """

    exit_code = 4

    def __init__(
        self,
        message: str,
        *,
        connection: str = "",
        reconnect: bool = False,
        status: int | None = None,
        code: int | str | None = None,
        detail: str = "",
        tracking_id: str = "",
    ) -> None:
        super().__init__(message, detail=detail, tracking_id=tracking_id)
        self.connection = connection
        self.reconnect = reconnect
        self.status = status
        self.code = code

    def _get_details(self) -> Mapping[str, Any]:
        optional = drop_empty(connection=self.connection, reconnect=self.reconnect)
        return {"status": self.status, "code": self.code, **optional}


class ResponseError(ComponentError):
    """Carry what errors that come from an answer have in common. Never raised itself.

    `status` is the HTTP status, `code` and `zoom_message` are Zoom's own, `fields` its messages about single fields.
    `retry_at` (ISO 8601, UTC) is when the same call may work; "" if that is not known.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: int | str | None = None,
        fields: Sequence[Mapping[str, Any]] = (),
        zoom_message: str = "",
        retry_at: str = "",
        detail: str = "",
        tracking_id: str = "",
    ) -> None:
        super().__init__(message, detail=detail, tracking_id=tracking_id)
        self.status = status
        self.code = code
        self.fields: tuple[Mapping[str, Any], ...] = tuple(fields)
        self.zoom_message = zoom_message
        self.retry_at = retry_at

    def replace_texts(self, replace: Callable[[str], str]) -> None:
        """Replace each text of the error that may quote an answer, also Zoom's own messages."""
        super().replace_texts(replace)
        self.zoom_message = replace(self.zoom_message)
        self.code = replace(self.code) if isinstance(self.code, str) else self.code
        self.fields = tuple(
            {key: replace(value) if isinstance(value, str) else value for key, value in field.items()}
            for field in self.fields
        )

    def _get_details(self) -> Mapping[str, Any]:
        errors = [dict(field) for field in self.fields]
        optional = drop_empty(zoom_message=self.zoom_message, errors=errors, retry_at=self.retry_at)
        return {"status": self.status, "code": self.code, **optional}


class Refused(ResponseError):
    """Report that Zoom refused the request. Read `code`, `zoom_message` and `fields`, and change the call."""

    exit_code = 5


class NotFound(Refused):
    """Report that an object does not exist, or this connection cannot see it. Check the id and the account."""

    exit_code = 6


class MissingScope(Refused):
    """Report that the token lacks a scope. Add one of `scopes` to the app, then connect again."""

    exit_code = 7

    def __init__(self, message: str, *, scopes: Sequence[str] = (), **known: Any) -> None:
        super().__init__(message, **known)
        self.scopes = tuple(scopes)

    def _get_details(self) -> Mapping[str, Any]:
        return {**super()._get_details(), "scopes": list(self.scopes)}


class MissingPlan(Refused):
    """Report that the account or the user lacks a plan, a license or an add-on. Buy it, or assign it to the user."""

    exit_code = 8


class Conflict(Refused):
    """Report that an object exists already, or is in a state that does not allow the call. Read the object first."""

    exit_code = 9


class TryLater(ResponseError):
    """Report that the same call may work later. Wait until `retry_at` if it is set, and call again."""

    exit_code = 10


class RateLimited(TryLater):
    """Report that too many calls were sent in a second or a minute. Wait until `retry_at`, and send fewer at a time."""

    exit_code = 11


class QuotaSpent(TryLater):
    """Report that the limit of calls in a day is reached. Wait until `retry_at`, when the count starts again."""

    exit_code = 12


class Unavailable(TryLater):
    """Report that Zoom answers 5xx or cannot be reached. Check the network, and call again later."""

    exit_code = 13


class TimedOut(TryLater):
    """Report that no answer arrived in time. Before repeating a create, check whether the object exists."""

    exit_code = 14


class Unexpected(ResponseError):
    """Report that an answer contradicts the spec. Report it with `detail`, which holds a redacted excerpt."""

    exit_code = 15


class RepeatedPage(Unexpected):
    """Report that a list returned the same page token twice, so that it would never end. Report it like Unexpected."""

    exit_code = 16


class WebhookRejected(ComponentError):
    """Report that a delivery was not signed by Zoom, or cannot be read. Answer it with `status`.

    `reason` is one word for logs and metrics.
    """

    exit_code = 17

    def __init__(self, message: str, *, status: int = 401, reason: str = "", detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.status = status
        self.reason = reason

    def _get_details(self) -> Mapping[str, Any]:
        return {"status": self.status, "reason": self.reason}

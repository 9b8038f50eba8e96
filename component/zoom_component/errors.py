"""Everything that can go wrong, grouped by what the caller should do next.

* ComponentError
  x SpecError          mend a file
  x InputError         send other inputs; nothing was sent
  x ConnectionFailed   connect again, or mend the connection's settings
  x Refused            Zoom said no: read its code and message
    + NotFound           the thing is not there
    + MissingScope       grant the app a scope, then connect again
    + MissingPlan        the account or user lacks a plan, a licence or an add-on
    + Conflict           it exists already, or is in the wrong state
  x TryLater           the same call may work later
    + RateLimited        too many calls a second or minute
    + QuotaSpent         a day's allowance is used up
    + Unavailable        Zoom, or the way to it, is down
    + TimedOut           no answer in time
  x Unexpected         the answer is not what the spec says
    + RepeatedPage       a list's next page token came twice
  x WebhookRejected    a delivery is not from Zoom, or not in order

The snake_case name of a class is its `kind` in every JSON error. None of these ever holds a secret: what comes from
the wire is cut short and redacted before it gets here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

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
    """One thing wrong with one input: its key ("" when it is about several) and a sentence with the remedy."""

    input: str
    message: str

    def as_json(self) -> dict[str, str]:
        return {"input": self.input, "message": self.message}


class ComponentError(Exception):
    """The root. `message` is for the user, `detail` for the developer, `tracking_id` is Zoom's x-zm-trackingid."""

    kind: ClassVar[str] = "component_error"
    exit_code: ClassVar[int] = 1
    partial: Any = None
    """What a list had fetched before it failed, in the shape of its result; None where there is nothing."""
    resume: str = ""
    """The token of the page to go on from."""

    def __init__(self, message: str, *, detail: str = "", tracking_id: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.tracking_id = tracking_id

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.kind = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def add_sentence(self, sentence: str) -> None:
        """Says one thing more."""
        self.message = f"{self.message.rstrip('.')}. {sentence}"
        self.args = (self.message,)

    def as_json(self) -> dict[str, Any]:
        """The error as the doors print it: `kind` and `message`, then what is known beyond them."""
        known: dict[str, Any] = {"kind": self.kind, "message": self.message}
        known.update(self._facts())
        if self.resume:
            known["resume"] = self.resume
        if self.partial is not None:
            known["partial"] = self.partial
        if self.detail:
            known["detail"] = self.detail
        if self.tracking_id:
            known["tracking_id"] = self.tracking_id
        return known

    def _facts(self) -> Mapping[str, Any]:
        return {}


class SpecError(ComponentError):
    """A spec file cannot be used as it is. `faults` are lines `path:line:col: what is wrong`."""

    exit_code = 3

    def __init__(self, message: str, *, diagnostics: Sequence[str] = (), detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.diagnostics = tuple(diagnostics)

    def _facts(self) -> Mapping[str, Any]:
        return {"faults": list(self.diagnostics)} if self.diagnostics else {}


class InputError(ComponentError):
    """The inputs cannot be used as they are; nothing was sent. `problems` names every one of them at once."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem], *, action: str = "") -> None:
        self.problems = tuple(problems)
        self.action = action
        words = "; ".join(f"{p.input}: {p.message}" if p.input else p.message for p in self.problems)
        super().__init__(words)

    def _facts(self) -> Mapping[str, Any]:
        return {"problems": [problem.as_json() for problem in self.problems]}


class ConnectionFailed(ComponentError):
    """No token could be had, or Zoom does not take the one there is. `reconnect` tells that a person has to act."""

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

    def _facts(self) -> Mapping[str, Any]:
        facts: dict[str, Any] = {"status": self.status, "code": self.code}
        if self.connection:
            facts["connection"] = self.connection
        if self.reconnect:
            facts["reconnect"] = True
        return facts


class ResponseError(ComponentError):
    """What errors with an answer share: its status, Zoom's code and words, and per-field complaints."""

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
        self.fields = tuple(fields)
        self.zoom_message = zoom_message
        self.retry_at = retry_at

    def _facts(self) -> Mapping[str, Any]:
        facts: dict[str, Any] = {"status": self.status, "code": self.code}
        if self.zoom_message:
            facts["said"] = self.zoom_message
        if self.fields:
            facts["errors"] = [dict(field) for field in self.fields]
        if self.retry_at:
            facts["retry_at"] = self.retry_at
        return facts


class Refused(ResponseError):
    """Zoom answered no: `status`, `code`, its own words in `said`, and per-field complaints in `fields`."""

    exit_code = 5


class NotFound(Refused):
    """What the call names is not there, or not visible to this connection."""

    exit_code = 6


class MissingScope(Refused):
    """The token lacks a scope. `scopes` are the ones Zoom asked for."""

    exit_code = 7

    def __init__(self, message: str, *, scopes: Sequence[str] = (), **known: Any) -> None:
        super().__init__(message, **known)
        self.scopes = tuple(scopes)

    def _facts(self) -> Mapping[str, Any]:
        return {**super()._facts(), "scopes": list(self.scopes)}


class MissingPlan(Refused):
    """The account or the user lacks a plan, a licence or an add-on."""

    exit_code = 8


class Conflict(Refused):
    """It exists already, or is in a state that does not allow the call."""

    exit_code = 9


class TryLater(ResponseError):
    """The same call may work later; `retry_at` (ISO 8601, UTC) says when, where that is known."""

    exit_code = 10


class RateLimited(TryLater):
    """Too many calls a second or a minute."""

    exit_code = 11


class QuotaSpent(TryLater):
    """A day's allowance is used up; `retry_at` is when it resets."""

    exit_code = 12


class Unavailable(TryLater):
    """Zoom, or the way to it, is down."""

    exit_code = 13


class TimedOut(TryLater):
    """No answer within the timeout. For a create the thing may exist all the same: look before trying again."""

    exit_code = 14


class Unexpected(ResponseError):
    """The answer is not what the spec says; `detail` shows a redacted excerpt."""

    exit_code = 15


class RepeatedPage(Unexpected):
    """A list's next page token came twice: following it would never end."""

    exit_code = 16


class WebhookRejected(ComponentError):
    """A delivery that is not to be believed; `status` is what its sender is answered."""

    exit_code = 17

    def __init__(self, message: str, *, status: int = 401, reason: str = "", detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.status = status
        self.reason = reason

    def _facts(self) -> Mapping[str, Any]:
        return {"status": self.status, "reason": self.reason}

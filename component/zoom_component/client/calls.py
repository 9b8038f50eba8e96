"""Define what travels between a caller and a session: options and calls in, plans and results out."""

from __future__ import annotations

import json
import random as _random
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from zoom_component.component_error import Attempts
from zoom_component.messages import BoundRequest

if TYPE_CHECKING:
    from zoom_component.client.request.inputs import ValidatedInputs
    from zoom_component.client.request.replies import ErrorCodes
    from zoom_component.spec.spec import ActionSpec

__all__ = ["Call", "Plan", "Result", "SessionOptions"]

_JSON = "application/json"
_MASK = "[redacted]"


class SessionOptions(NamedTuple):
    """Set how a session calls. Times are in seconds.

    `timeout` limits one request with its answer. `retries`, `first_wait` and `max_wait` are the retry policy.
    `count_daily` counts Zoom's daily quotas on this machine and refuses early; None does so for every address but
    loopback.
    `empty_is_absent` and `null_is_absent` matter for updates: elsewhere, "" and null always count as not given. With
    the first, "" does not clear plain text, for forms that send every field. With the second, null is not sent, because
    null is all that a model can send for an unused input under a strict schema. `preflight` refuses a call before it is
    sent if the token lacks the scopes, as far as the scopes of the token are known. `max_answer_bytes` limits an answer
    once it is unpacked.
    """

    timeout: float = 30.0
    retries: int = 3
    first_wait: float = 0.5
    max_wait: float = 30.0
    count_daily: bool | None = None
    empty_is_absent: bool = False
    null_is_absent: bool = False
    preflight: bool = False
    max_answer_bytes: int = 64 * 1024 * 1024
    clock: Callable[[], float] = time.time
    random: Callable[[], float] = _random.random


class Call(NamedTuple):
    """Hold a checked call of an action: its validated inputs, and how the caller wants it done.

    `stream` yields pages as they arrive and stores none. `page_size` and `resume` steer a list. `merge` reads before it
    writes. `load_error_codes` returns the table of known error codes, which is read when an answer needs it. `now` is
    the time in epoch seconds, where a range of time without an end stops.
    """

    action: ActionSpec
    inputs: ValidatedInputs
    load_error_codes: Callable[[], ErrorCodes]
    stream: bool = False
    page_size: int | None = None
    resume: str = ""
    merge: bool = False
    now: float = 0.0


class Result(NamedTuple):
    """Hold what an action returned: `data` is the JSON of the answer, `warnings` are sentences for the caller.

    `attempts` counts the requests that were sent, and those among them that repeated one.
    """

    data: Any
    warnings: tuple[str, ...] = ()
    attempts: Attempts = Attempts()

    def as_json(self) -> dict[str, Any]:
        """Return the documented result: `{"data": ...}`."""
        return {"data": self.data}


class Plan(NamedTuple):
    """Hold the first request of a call, which was not sent, with the values that it was built from.

    `instants` are the date-times of the inputs in UTC, None for a local time whose time zone is not known. `windows`
    are the first and the last day or time of each request that the range of a list takes, if it takes several.
    """

    request: BoundRequest
    values: Mapping[str, Any]
    warnings: tuple[str, ...] = ()
    instants: Mapping[str, str | None] = {}
    windows: tuple[tuple[str, str], ...] = ()

    def as_json(self, base_url: str) -> dict[str, Any]:
        """Return the request as JSON: `method`, `url` without its query, `query` as pairs, `headers` and `body`.

        `body` is a JSON value, or the text of a body that is not JSON; null for no body. A form is shown as its fields
        and files, without their content. The token is masked. `windows` has a `from` and a `to` for each request, if
        the range of a list takes several.
        """
        request = self.request
        body, media_type = _show_body(request)
        defaults = {"Accept": _JSON, **({"Content-Type": media_type} if media_type else {})}
        names = {name.lower() for name in request.headers}
        headers = {name: value for name, value in defaults.items() if name.lower() not in names}
        windows = [{"from": first, "to": last} for first, last in self.windows]
        return {
            "method": request.method,
            "url": f"{base_url}{request.path}",
            "query": [[name, value] for name, value in request.query],
            "headers": {**headers, **_mask_headers(request.headers), "Authorization": _MASK},
            "body": body,
            **({"windows": windows} if windows else {}),
        }


def _mask_headers(headers: Mapping[str, str]) -> dict[str, str]:
    if not headers:
        return {}
    from zoom_component.redaction.names import is_secret_name

    return {name: _MASK if is_secret_name(name) else value for name, value in headers.items()}


def _show_body(request: BoundRequest) -> tuple[Any, str]:
    """Return the body as JSON, and the content type that goes with it."""
    if request.files or request.form:
        files = [
            {"field": part.field, "name": part.name, "type": part.media_type, "bytes": len(part.content)}
            for part in request.files
        ]
        return {"form": [[name, value] for name, value in request.form], "files": files}, "multipart/form-data"
    if request.content is not None:
        return _show_content(request.content, request.headers), ""
    return request.body, _JSON if request.body is not None else ""


def _show_content(content: bytes, headers: Mapping[str, str]) -> Any:
    text = content.decode("utf-8", "replace")
    media_types = [value for name, value in headers.items() if name.lower() == "content-type"]
    if media_types and "json" in media_types[0]:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text

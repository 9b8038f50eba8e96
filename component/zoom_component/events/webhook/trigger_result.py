"""Convert a verdict into the platform's trigger result: the payload of the flow, its branch, and the response.

`body` holds the parsed body and `rawBody` the bytes received. A test run in the designer is unsigned and takes the
branch Notification.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NotRequired, TypedDict, cast

from zoom_component.events.webhook.event import Event, InvalidJson, parse_event
from zoom_component.events.webhook.verdict import Challenge, Notification, Rejection, Verdict
from zoom_component.events.webhook.verifier import Headers

__all__ = ["BRANCHES", "TriggerResult", "build_simulated_result", "build_trigger_result"]

BRANCHES = (Notification.branch, Challenge.branch)


class TriggerResult(TypedDict):
    """Hold the result of a trigger. `response` is sent to Zoom; without one the platform sends its own."""

    payload: dict[str, Any]
    branch: str
    response: NotRequired[dict[str, Any]]


def build_trigger_result(verdict: Verdict, headers: Headers, body: bytes, **extra: Any) -> TriggerResult:
    """Return the result of a verified delivery. `extra` adds parts to the payload, such as queryParameters.

    Raise WebhookRejected, with its status and reason, for a rejection.
    """
    if isinstance(verdict, Rejection):
        raise verdict.to_error()
    payload = _build_payload(verdict.event, headers, body, extra)
    result: TriggerResult = {"payload": payload, "branch": verdict.branch}
    if isinstance(verdict, Challenge):
        response = json.dumps(dict(verdict.response), separators=(",", ":"), allow_nan=False)
        result["response"] = {"statusCode": 200, "contentType": "application/json", "body": response}
    return result


def build_simulated_result(headers: Headers, body: bytes, **extra: Any) -> TriggerResult:
    """Return the result of a test run in the designer: unverified, with the branch Notification."""
    try:
        event = parse_event(body)
    except InvalidJson:
        event = Event(body, body.decode("utf-8", "replace"))
    return {"payload": _build_payload(event, headers, body, extra), "branch": Notification.branch}


def _build_payload(event: Event, headers: Headers, body: bytes, extra: Mapping[str, Any]) -> dict[str, Any]:
    by_name = _decode_headers(headers)
    types = (value for name, value in by_name.items() if name.lower() == "content-type")
    content_type = next(types, "application/json")
    return {
        "headers": by_name,
        "queryParameters": {},
        "pathFragment": "",
        "rawBody": {"data": _decode_body(body), "contentType": content_type},
        "body": {"data": event.body, "contentType": content_type},
        **extra,
    }


def _decode_headers(headers: Headers) -> dict[str, str]:
    pairs = cast("Iterable[tuple[Any, Any]]", headers.items() if isinstance(headers, Mapping) else headers)
    return {_decode(name): _decode(value) for name, value in pairs}


def _decode(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _decode_body(body: bytes) -> str | bytes:
    """Return the body as text; unchanged when it is not UTF-8."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body

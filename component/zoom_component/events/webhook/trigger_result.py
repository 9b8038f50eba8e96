"""A verdict in the platform's shape: the payload that a flow goes on with, the branch it takes, what is answered.

`body` holds what the delivery says and `rawBody` what came; the simulated run of a designer is signed by nobody, and
takes the branch Notification.
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
    """What a trigger comes to. `response` is what the sender is answered; without one the platform answers itself."""

    payload: dict[str, Any]
    branch: str
    response: NotRequired[dict[str, Any]]


def build_trigger_result(verdict: Verdict, headers: Headers, body: bytes, **more: Any) -> TriggerResult:
    """The result of a delivery that was judged; `more` are further parts of the payload, such as queryParameters.

    Raises WebhookRejected, with its status and reason, for a refusal.
    """
    if isinstance(verdict, Rejection):
        raise verdict.to_error()
    payload = _payload(verdict.event, headers, body, more)
    result: TriggerResult = {"payload": payload, "branch": verdict.branch}
    if isinstance(verdict, Challenge):
        answer = json.dumps(dict(verdict.response), separators=(",", ":"))
        result["response"] = {"statusCode": 200, "contentType": "application/json", "body": answer}
    return result


def build_simulated_result(headers: Headers, body: bytes, **more: Any) -> TriggerResult:
    """The result of a designer's test run: nothing is verified, and the branch is Notification."""
    try:
        event = parse_event(body)
    except InvalidJson:
        event = Event(body, body.decode("utf-8", "replace"))
    return {"payload": _payload(event, headers, body, more), "branch": Notification.branch}


def _payload(event: Event, headers: Headers, body: bytes, more: Mapping[str, Any]) -> dict[str, Any]:
    named = _named(headers)
    kind = next((value for name, value in named.items() if name.lower() == "content-type"), "application/json")
    return {
        "headers": named,
        "queryParameters": {},
        "pathFragment": "",
        "rawBody": {"data": _told(body), "contentType": kind},
        "body": {"data": event.body, "contentType": kind},
        **more,
    }


def _named(headers: Headers) -> dict[str, str]:
    pairs = cast("Iterable[tuple[Any, Any]]", headers.items() if isinstance(headers, Mapping) else headers)
    return {_word(name): _word(value) for name, value in pairs}


def _word(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _told(body: bytes) -> str | bytes:
    """Text as it came; bytes where it is none."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body

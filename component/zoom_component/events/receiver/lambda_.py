"""Deliveries on AWS Lambda, behind API Gateway, a function URL or a load balancer.

    from zoom_component.events.receiver.lambda_ import handler

    receive = handler(Intake(store, secrets))  # name `receive` as the function's handler

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from zoom_component.events.receiver.sync_receiver import SyncReceiver

__all__ = ["create_handler"]

Handler: TypeAlias = Callable[[Mapping[str, Any], Any], dict[str, Any]]


def create_handler(intake: SyncReceiver) -> Handler:
    """A Lambda handler; it takes payloads of version 1.0 and 2.0."""

    def receive(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        about = event.get("requestContext") or {}
        http = about.get("http") or about.get("identity") or {}
        method = event.get("httpMethod") or http.get("method") or ""
        answer = intake.handle(method, _headers(event), _body(event), http.get("sourceIp") or "a sender")
        headers = {name.decode(): value.decode() for name, value in answer.headers}
        return {"statusCode": answer.status, "headers": headers, "body": answer.body.decode(), "isBase64Encoded": False}

    return receive


def _headers(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each header as often as it came, where the payload tells."""
    if many := event.get("multiValueHeaders"):
        yield from ((name, value) for name, values in many.items() for value in values)
    else:
        yield from (event.get("headers") or {}).items()


def _body(event: Mapping[str, Any]) -> bytes:
    text = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(text).encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""

"""Receive deliveries on AWS Lambda, behind API Gateway, a function URL or a load balancer.

    from zoom_component.events import SyncReceiver
    from zoom_component.events.receiver.lambda_ import create_handler

    receive = create_handler(SyncReceiver(inbox, secrets))  # set `receive` as the handler of the function

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


def create_handler(receiver: SyncReceiver) -> Handler:
    """Return a Lambda handler for payloads of version 1.0 and 2.0."""

    def receive(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        request_context = event.get("requestContext") or {}
        http = request_context.get("http") or request_context.get("identity") or {}
        method = event.get("httpMethod") or http.get("method") or ""
        result = receiver.handle(method, _iter_headers(event), _decode_body(event), http.get("sourceIp") or "a sender")
        headers = {name.decode(): value.decode() for name, value in result.headers}
        return {"statusCode": result.status, "headers": headers, "body": result.body.decode(), "isBase64Encoded": False}

    return receive


def _iter_headers(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each header; a repeated one several times where the payload preserves that."""
    if by_name := event.get("multiValueHeaders"):
        yield from ((name, value) for name, values in by_name.items() for value in values)
    else:
        yield from (event.get("headers") or {}).items()


def _decode_body(event: Mapping[str, Any]) -> bytes:
    text = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(text).encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""

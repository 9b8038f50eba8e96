"""Exchange one request with a webhook's endpoint: a delivery, or the validation of the endpoint."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping

from zoom_sandbox.events.delivery import DeliveryAttempt, WebhookDelivery
from zoom_sandbox.events.http_post import PostResponse, post_bytes
from zoom_sandbox.events.signing import VALIDATION_EVENT, build_signed_headers, find_validation_problem
from zoom_sandbox.events.webhook import Webhook


def post_to_webhook(webhook: Webhook, headers: Mapping[str, str], body: bytes) -> PostResponse:
    """Send signed bytes to the endpoint."""
    sent = {**headers, "authorization": webhook.authorization} if webhook.authorization else headers
    return post_bytes(webhook.url, sent, body, webhook.timeout)


def validate_endpoint(webhook: Webhook, client_id: str, now: float) -> tuple[PostResponse, str]:
    """Ask the endpoint to prove that it knows the secret; return its answer and what is wrong with it, or ""."""
    plain_token = secrets.token_urlsafe(16)
    event = {"payload": {"plainToken": plain_token}, "event_ts": int(now * 1000), "event": VALIDATION_EVENT}
    body = json.dumps(event, separators=(",", ":"), allow_nan=False).encode()
    answer = post_to_webhook(webhook, build_signed_headers(webhook.secret, int(now), body, client_id), body)
    return answer, answer.problem or find_validation_problem(answer.body, webhook.secret, plain_token)


def deliver_once(webhook: Webhook, event: str, body: bytes, client_id: str) -> WebhookDelivery:
    """Send one event, signed now, without validating the endpoint first and without retries.

    For the event `endpoint.url_validation` the endpoint is validated instead, and the body is not sent.
    """
    now = time.time()
    headers = build_signed_headers(webhook.secret, int(now), body, client_id)
    if event == VALIDATION_EVENT:
        answer, problem = validate_endpoint(webhook, client_id, now)
    else:
        answer = post_to_webhook(webhook, headers, body)
        problem = answer.problem
    delivery = WebhookDelivery(1, webhook.url, event, body, headers)
    attempt = DeliveryAttempt(now, answer.status, answer.latency, problem)
    return delivery.with_attempt(attempt, "failed" if problem else "delivered")

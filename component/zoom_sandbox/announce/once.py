"""One exchange with a webhook's address: a delivery, or the question whether it knows the secret."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping

from zoom_sandbox.announce.delivery import Delivery, Try
from zoom_sandbox.announce.post import Answer, post
from zoom_sandbox.announce.signing import VALIDATION, signed_headers, validation_fault
from zoom_sandbox.announce.webhook import Webhook


def send(webhook: Webhook, headers: Mapping[str, str], body: bytes) -> Answer:
    """Send signed bytes to the address."""
    sent = {**headers, "authorization": webhook.authorization} if webhook.authorization else headers
    return post(webhook.url, sent, body, webhook.timeout)


def validation(webhook: Webhook, client_id: str, now: float) -> tuple[Answer, str]:
    """Ask the address to prove that it knows the secret: its answer, and what is wrong with it or ""."""
    plain = secrets.token_urlsafe(16)
    event = {"payload": {"plainToken": plain}, "event_ts": int(now * 1000), "event": VALIDATION}
    body = json.dumps(event, separators=(",", ":")).encode()
    answer = send(webhook, signed_headers(webhook.secret, int(now), body, client_id), body)
    return answer, answer.problem or validation_fault(answer.body, webhook.secret, plain)


def delivered_once(webhook: Webhook, event: str, body: bytes, client_id: str) -> Delivery:
    """Send one event, signed now, without asking for proof and without another try. The event
    `endpoint.url_validation` asks for the proof instead of sending the body."""
    now = time.time()
    headers = signed_headers(webhook.secret, int(now), body, client_id)
    if event == VALIDATION:
        answer, problem = validation(webhook, client_id, now)
    else:
        answer = send(webhook, headers, body)
        problem = answer.problem
    delivery = Delivery(1, webhook.url, event, body, headers)
    return delivery.tried(Try(now, answer.status, answer.latency, problem), "failed" if problem else "delivered")

"""Read the webhook options of `sandbox`, and send one event for `sandbox emit`."""

from __future__ import annotations

import contextlib
import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from zoom_component.cli.arguments import WEBHOOK_SECRET_VARIABLE as SECRET
from zoom_component.cli.console import Console, quote
from zoom_component.cli.parser import integer_between
from zoom_component.cli.secret_options import clean_secret
from zoom_component.errors import InputError, Problem

if TYPE_CHECKING:
    from zoom_sandbox import Webhook, WebhookDelivery

__all__ = ["add_webhook_options", "build_reporter", "read_webhooks", "send_event"]

EMIT = "emit"


def add_webhook_options(parser: ArgumentParser) -> None:
    """Add the options of webhooks and the arguments of `emit`."""
    parser.add_argument("act", nargs="?", choices=(EMIT,), help="send one event to the webhooks, then exit")
    parser.add_argument("event", nargs="?", metavar="EVENT", help="the event to send, such as meeting.started")
    group = parser.add_argument_group(
        "webhooks", "Each option is repeatable; a single value applies to every --webhook."
    )
    group.add_argument("--webhook", action="append", default=[], metavar="URL", help="send signed events to this URL")
    group.add_argument(
        "--webhook-secret",
        action="append",
        default=[],
        metavar="SECRET",
        help=f"sign the events with this secret ({SECRET} is safer)",
    )
    group.add_argument(
        "--webhook-events",
        action="append",
        default=[],
        metavar="PATTERNS",
        help="send these events, such as meeting.*,user.created",
    )
    group.add_argument(
        "--webhook-retry-speedup",
        type=integer_between(1, 1_000_000),
        default=1,
        metavar="N",
        help="divide the retry delays of Zoom (5, 20 and 60 minutes) by N",
    )
    group.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="with emit: set a value of the body, such as payload.object.topic=Daily; PATH:=JSON sets lists and null",
    )


def read_webhooks(args: Namespace, console: Console) -> tuple[Webhook, ...]:
    """Return the webhooks of options and environment, and mask their secrets. Raise InputError."""
    if not args.webhook:
        return ()
    from zoom_sandbox import Webhook

    # The last one, if the variable holds the old secret and the new one.
    values = args.webhook_secret or [os.environ.get(SECRET, "").strip(" ").rpartition(" ")[2]]
    secrets = [clean_secret(value, "--webhook-secret") for value in values]
    console.add_secrets(lambda: [secret for secret in secrets if secret])
    webhooks = []
    patterns = _repeat_for_each_url(args.webhook_events or ["*"], args.webhook, "--webhook-events")
    for url, secret, patterns_text in zip(
        args.webhook, _repeat_for_each_url(secrets, args.webhook, "--webhook-secret"), patterns, strict=True
    ):
        if not secret:
            message = f"is required with --webhook, here or in {SECRET}: it signs the deliveries"
            raise InputError([Problem("--webhook-secret", message)])
        try:
            events = [pattern.strip() for pattern in patterns_text.split(",")]
            webhooks.append(Webhook(url, secret, events, retry_speedup=args.webhook_retry_speedup))
        except ValueError as error:
            raise InputError([Problem("--webhook", str(error))]) from None
    return tuple(webhooks)


def send_event(args: Namespace, console: Console) -> int:
    """Send one event to every webhook. Return 0 when each accepted it."""
    from zoom_sandbox.events.exchange import deliver_once

    webhooks = read_webhooks(args, console)
    if not args.event:
        raise InputError([Problem("EVENT", "is required: zoom-component sandbox emit EVENT --webhook URL")])
    if not webhooks:
        raise InputError([Problem("--webhook", "is required with emit: the URL to send the event to")])
    body = _build_body(args)
    raw = json.dumps(body, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    deliveries = [deliver_once(webhook, args.event, raw, args.client_id) for webhook in webhooks]
    for delivery in deliveries:
        _report_delivery(delivery, console)
    return 0 if all(delivery.state == "delivered" for delivery in deliveries) else 1


def build_reporter(console: Console) -> Callable[[WebhookDelivery], None]:
    """Return a function that reports each attempt. A closed output does not stop deliveries."""

    def report_attempt(delivery: WebhookDelivery) -> None:
        with contextlib.suppress(OSError):
            _report_delivery(delivery, console)

    return report_attempt


def _report_delivery(delivery: WebhookDelivery, console: Console) -> None:
    """Print an attempt or why there was none: JSON on stdout, or text on stderr."""
    if console.as_json:
        console.print_now(console.encode_json(delivery.to_dict()))
    elif delivery.problem:
        retry = "; it will be retried" if delivery.state == "waiting" else ""
        console.report(f"{delivery.event} to {delivery.url}: {delivery.state}: {delivery.problem}{retry}")
    else:
        result = f"{delivery.status}, {delivery.latency * 1000:.0f} ms"
        console.report(f"{delivery.event} to {delivery.url}: {delivery.state} ({result})")


def _repeat_for_each_url(values: list[str], urls: list[str], flag: str) -> list[str]:
    """Return one value for each URL; a single value applies to all."""
    if len(values) not in (1, len(urls)):
        message = f"expected 1 or {len(urls)} values for {len(urls)} webhooks, got {len(values)}"
        raise InputError([Problem(flag, message)])
    return values * len(urls) if len(values) == 1 else values


def _build_body(args: Namespace) -> dict[str, Any]:
    import time

    from zoom_sandbox.events.samples import compose_event, parse_value_like
    from zoom_sandbox.events.signing import VALIDATION_EVENT

    if args.event == VALIDATION_EVENT:
        return {}
    try:
        sample = compose_event(args.event, args.account_id, time.time(), {})
    except ValueError as error:
        raise InputError([Problem("EVENT", str(error).removeprefix("event: "))]) from None
    changes = dict(_parse_change(text, sample, parse_value_like) for text in args.set)
    try:
        return compose_event(args.event, args.account_id, time.time(), changes)
    except ValueError as error:
        raise InputError([Problem("--set", str(error).removeprefix("set: "))]) from None


def _parse_change(text: str, body: Mapping[str, Any], parse_value: Any) -> tuple[str, Any]:
    path, separator, value = text.partition("=")
    if not separator or not path.rstrip(":"):
        message = f"expected PATH=VALUE such as payload.object.topic=Daily, got {quote(text[:60])}"
        raise InputError([Problem("--set", message)])
    if not path.endswith(":"):
        return path, parse_value(body, path, value)
    try:
        return path[:-1], json.loads(value)
    except (ValueError, RecursionError):
        raise InputError([Problem("--set", f"expected JSON after {path[:-1]}:=")]) from None

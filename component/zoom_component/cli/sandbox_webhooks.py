"""What `sandbox` says about webhooks: where events go, and `sandbox emit`, which sends one itself."""

from __future__ import annotations

import contextlib
import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.options import WEBHOOK_SECRET_VARIABLE as SECRET
from zoom_component.errors import InputError, Problem

if TYPE_CHECKING:
    from zoom_sandbox import Webhook, WebhookDelivery

__all__ = ["add_webhook_options", "build_reporter", "read_webhooks", "send_event"]

EMIT = "emit"


def add_webhook_options(parser: ArgumentParser) -> None:
    """The flags of webhooks, and the words of `emit`."""
    parser.add_argument("act", nargs="?", choices=(EMIT,), help="send one event to the webhooks, and serve nothing")
    parser.add_argument("event", nargs="?", metavar="EVENT", help="the event to send, such as meeting.started")
    group = parser.add_argument_group("webhooks", "Each may be repeated; what is given once holds for every --webhook.")
    group.add_argument("--webhook", action="append", default=[], metavar="URL", help="where events are sent, signed")
    group.add_argument(
        "--webhook-secret", action="append", default=[], metavar="SECRET", help=f"what signs them (or {SECRET})"
    )
    group.add_argument(
        "--webhook-events", action="append", default=[], metavar="PATTERNS", help="which, as in meeting.*,user.created"
    )
    group.add_argument(
        "--webhook-hurry",
        type=arguments.integer_between(1, 1_000_000),
        default=1,
        metavar="N",
        help="try again so many times sooner than after Zoom's 5, 20 and 60 minutes",
    )
    group.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="with emit: a value in its body, as in payload.object.topic=Daily; PATH:=JSON gives lists and null",
    )


def read_webhooks(args: Namespace, screen: Console) -> tuple[Webhook, ...]:
    """The webhooks of flags and environment, their secrets kept off the screen. Raises InputError."""
    if not args.webhook:
        return ()
    from zoom_sandbox import Webhook

    secrets = args.webhook_secret or [os.environ.get(SECRET, "")]
    screen.add_secrets(lambda: [secret for secret in secrets if secret.strip()])
    found = []
    patterns = _repeat_for_each_url(args.webhook_events or ["*"], args.webhook, "--webhook-events")
    for url, secret, wanted in zip(
        args.webhook, _repeat_for_each_url(secrets, args.webhook, "--webhook-secret"), patterns, strict=True
    ):
        if not secret.strip():
            why = f"it is required with --webhook, here or in {SECRET}: without one, anybody could forge a delivery"
            raise InputError([Problem("--webhook-secret", why)])
        try:
            events = [part.strip() for part in wanted.split(",")]
            found.append(Webhook(url, secret, events, retry_speedup=args.webhook_hurry))
        except ValueError as problem:
            raise InputError([Problem("--webhook", str(problem))]) from None
    return tuple(found)


def send_event(args: Namespace, screen: Console) -> int:
    """Send one event to every webhook. Returns 0 when each took it."""
    from zoom_sandbox.events.exchange import deliver_once

    webhooks = read_webhooks(args, screen)
    if not args.event:
        raise InputError([Problem("EVENT", "say which event to send: zoom-component sandbox emit EVENT --webhook URL")])
    if not webhooks:
        raise InputError([Problem("--webhook", "it is required with emit: where the event is sent")])
    body = _build_body(args)
    raw = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    deliveries = [deliver_once(webhook, args.event, raw, args.client_id) for webhook in webhooks]
    for delivery in deliveries:
        _report_delivery(delivery, screen)
    return 0 if all(delivery.state == "delivered" for delivery in deliveries) else 1


def build_reporter(screen: Console) -> Callable[[WebhookDelivery], None]:
    """What tells each try of a sandbox that runs. A reader who has gone is no reason to stop delivering."""

    def told(delivery: WebhookDelivery) -> None:
        with contextlib.suppress(OSError):
            _report_delivery(delivery, screen)

    return told


def _report_delivery(delivery: WebhookDelivery, screen: Console) -> None:
    """What came of a try, or why there was none: a line of JSON on stdout, or words on stderr."""
    if screen.as_json:
        screen.print_now(screen.encode_json(delivery.to_dict()))
    elif delivery.problem:
        again = "; it will be tried again" if delivery.state == "waiting" else ""
        screen.report(f"{delivery.event} to {delivery.url}: {delivery.state}. {delivery.problem.rstrip('.')}{again}.")
    else:
        took = f"{delivery.status}, {delivery.latency * 1000:.0f} ms"
        screen.report(f"{delivery.event} to {delivery.url}: {delivery.state} ({took})")


def _repeat_for_each_url(values: list[str], urls: list[str], flag: str) -> list[str]:
    """One value for each address: one that is given once holds for all."""
    if len(values) not in (1, len(urls)):
        why = f"came {len(values)} times for {len(urls)} of --webhook; give it once, or once for each"
        raise InputError([Problem(flag, why)])
    return values * len(urls) if len(values) == 1 else values


def _build_body(args: Namespace) -> dict[str, Any]:
    import time

    from zoom_sandbox.events.samples import compose_event, parse_value_like
    from zoom_sandbox.events.signing import VALIDATION_EVENT

    if args.event == VALIDATION_EVENT:
        return {}
    try:
        plain = compose_event(args.event, args.account_id, time.time(), {})
    except ValueError as problem:
        raise InputError([Problem("EVENT", str(problem))]) from None
    changes = dict(_parse_change(text, plain, parse_value_like) for text in args.set)
    try:
        return compose_event(args.event, args.account_id, time.time(), changes)
    except ValueError as problem:
        raise InputError([Problem("--set", str(problem))]) from None


def _parse_change(text: str, body: Mapping[str, Any], like: Any) -> tuple[str, Any]:
    path, mark, value = text.partition("=")
    if not mark or not path.rstrip(":"):
        why = f"came {text[:60]!r}; accepted: PATH=VALUE, as in payload.object.topic=Daily"
        raise InputError([Problem("--set", why)])
    if not path.endswith(":"):
        return path, like(body, path, value)
    try:
        return path[:-1], json.loads(value)
    except (ValueError, RecursionError):
        raise InputError([Problem("--set", f"what follows {path[:-1]}:= is no JSON")]) from None

"""Run the server of `listen`, and print the events it stores."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from zoom_component.asgi.server import open_socket, serve
from zoom_component.cli import arguments, serving
from zoom_component.cli.console import Console, format_count, show_log
from zoom_component.errors import InputError, Problem
from zoom_component.events.receiver import Receiver, ReceiverLimits
from zoom_component.events.receiver.follower import Follower
from zoom_component.events.receiver.status_pages import StatusPages
from zoom_component.redaction.redactor import mask

if TYPE_CHECKING:
    from zoom_component.events.inbox.protocols import Inbox, StoredEvent
    from zoom_component.events.listeners import AttemptResult
    from zoom_component.events.listeners.worker import Worker
    from zoom_component.events.webhook import LegacyVerifier

__all__ = ["serve_until_interrupted"]

_POLL_SECONDS = 0.2  # between two queries for new events


def serve_until_interrupted(
    args: Namespace, secrets: Sequence[str], legacy_verifier: LegacyVerifier | None, store: Inbox, console: Console
) -> None:
    """Serve until Ctrl-C."""
    limits = ReceiverLimits(max_body_bytes=args.max_body, max_requests=args.concurrency)
    worker = _build_worker(args, store, console)
    receiver = Receiver(
        store,
        secrets,
        path=args.path,
        legacy_verifier=legacy_verifier,
        legacy_path=args.v1_path,
        window=args.window,
        limits=limits,
        on_stored=getattr(worker, "wake", lambda: None),
        trusted_proxies=serving.read_proxies(args),
    )
    app: Any = receiver if args.no_pages else StatusPages(receiver, store)
    _check_tls(args)
    server_socket = _bind(args)
    host = f"[{args.host}]" if ":" in args.host else args.host
    scheme = "https" if args.tls_cert else "http"
    url = f"{scheme}://{host}:{server_socket.getsockname()[1]}{args.path}"
    with (
        server_socket,
        show_log("zoom_component.events.receiver", console),
        _fast_thread_switching(),
        _run_worker(worker),
        _run_websocket(args, receiver, console),
        _print_events(store, args, console),
    ):
        serve(
            app,
            server_socket,
            connections=args.concurrency + 256,
            # All connections come from the proxies then.
            per_client=args.concurrency + 256 if args.trusted_proxy else None,
            certificate=args.tls_cert,
            key=args.tls_key,
            on_ready=lambda: _report_ready(url, console),
        )


def _report_ready(url: str, console: Console) -> None:
    console.report(f"Receiving at {url} until Ctrl-C.")
    if console.as_json:
        console.print_now(console.encode_json({"url": url}))


def _bind(args: Namespace) -> socket.socket:
    try:
        return open_socket(args.host, args.port)
    except OSError as error:
        raise arguments.build_port_error(args, error) from None


def _build_worker(args: Namespace, store: Inbox, console: Console) -> Worker | None:
    """Return the worker for the listeners of `--listeners`, which are registered before any event arrives."""
    if args.listeners is None:
        return None
    from zoom_component.cli.inbox import common
    from zoom_component.events.listeners.worker import create_worker

    def report_attempt(attempt: AttemptResult) -> None:
        if attempt.error:
            console.report(common.describe_attempt(attempt))

    listeners = common.load_listeners(args, console)
    console.report(f"{format_count(len(listeners), 'listener')}: {', '.join(listener.name for listener in listeners)}.")
    return create_worker(store, listeners, report_attempt)


@contextmanager
def _run_worker(worker: Worker | None) -> Iterator[None]:
    """Run the listeners in threads of their own, so that they do not delay answers."""
    if worker is None:
        yield
        return
    thread = Thread(target=worker.run, name="listen-dispatch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(30.0)


@contextmanager
def _fast_thread_switching() -> Iterator[None]:
    """Switch threads more often; otherwise the writer waits up to 5 ms for each of its steps."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@contextmanager
def _run_websocket(args: Namespace, receiver: Receiver, console: Console) -> Iterator[None]:
    """Run the WebSocket of `--websocket`, if there is one."""
    if args.websocket is None:
        yield
        return
    from zoom_component.events.receiver.websocket import WebSocketSource

    connection = arguments.resolve_connection(args, arguments.load_component(args), console)
    source = WebSocketSource(args.websocket, connection, receiver.writer, limits=receiver.limits)
    receiver.sources.append(source)
    source.start()
    try:
        yield
    finally:
        source.stop()


def _check_tls(args: Namespace) -> None:
    if not args.tls_cert:
        return
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(args.tls_cert, args.tls_key, lambda: "")
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or "unreadable"
        message = (
            f"expected a certificate and its key in PEM, got {args.tls_cert} and {args.tls_key}: {str(reason).lower()}"
        )
        raise InputError([Problem("--tls-cert", message)]) from None


@contextmanager
def _print_events(store: Inbox, args: Namespace, console: Console) -> Iterator[None]:
    """Print events from another thread, so that a slow or closed stdout does not delay answers."""
    if args.quiet:
        yield
        return
    stopping = Event()
    follower = Follower(store)
    thread = Thread(
        target=_print_new_events,
        args=(follower, stopping, console, not args.show_secrets),
        name="listen-shown",
        daemon=True,
    )
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(2.0)


def _print_new_events(follower: Follower, stopping: Event, console: Console, masks_secrets: bool) -> None:
    is_last = False
    while not is_last:
        is_last = stopping.wait(_POLL_SECONDS)
        try:
            for stored in follower.read_new():
                console.print_now(console.encode_json(_serialize_event(stored, masks_secrets)))
        except BrokenPipeError:
            console.discard_output()
            return
        except OSError as error:
            console.report(f"Stored events cannot be printed: {error}.")


def _serialize_event(stored: StoredEvent, masks_secrets: bool) -> dict[str, Any]:
    body: Any = None
    with contextlib.suppress(ValueError, RecursionError):
        content = json.loads(stored.event.body)
        body = mask(content) if masks_secrets else content
    event = stored.event
    return {
        "id": stored.id,
        "event": event.name,
        "received": round(event.received_at, 3),
        "source": event.source,
        "body": body,
    }

"""What `listen` does once its words are understood: a server, and what is shown of what it keeps."""

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

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.errors import strip_control_characters
from zoom_component.cli.logs import show_log
from zoom_component.errors import InputError, Problem
from zoom_component.events.receiver import Receiver, ReceiverLimits
from zoom_component.events.receiver.follower import Follower
from zoom_component.events.receiver.server import open_socket, serve
from zoom_component.events.receiver.status_pages import StatusPages

if TYPE_CHECKING:
    from zoom_component.events.inbox.protocols import Inbox, StoredEvent
    from zoom_component.events.listeners import AttemptResult
    from zoom_component.events.listeners.worker import Worker
    from zoom_component.events.webhook import LegacyVerifier

__all__ = ["run"]

_POLL_SECONDS = 0.2  # seconds between two looks into the inbox


def run(args: Namespace, secrets: Sequence[str], legacy: LegacyVerifier | None, store: Inbox, screen: Console) -> None:
    """Serve until it is interrupted."""
    limits = ReceiverLimits(max_body_bytes=args.max_body, max_requests=args.concurrency)
    working = _build_worker(args, store, screen)
    receiver = Receiver(
        store,
        secrets,
        path=args.path,
        legacy_verifier=legacy,
        legacy_path=args.v1_path,
        window=args.window,
        limits=limits,
        on_stored=getattr(working, "wake", lambda: None),
    )
    app: Any = receiver if args.no_pages else StatusPages(receiver, store)
    _check_tls(args)
    at = _bind(args.host, args.port)
    shown = f"[{args.host}]" if ":" in args.host else args.host
    scheme = "https" if args.tls_cert else "http"
    url = f"{scheme}://{shown}:{at.getsockname()[1]}{args.path}"
    with (
        at,
        show_log("zoom_component.events.receiver", screen),
        _fast_thread_switching(),
        _run_worker(working),
        _run_websocket(args, receiver, screen),
        _print_events(store, args, screen),
    ):
        serve(
            app,
            at,
            connections=args.concurrency + 256,
            certificate=args.tls_cert,
            key=args.tls_key,
            on_ready=lambda: _report_ready(url, screen),
        )


def _report_ready(url: str, screen: Console) -> None:
    screen.report(f"Receiving at {url} until Ctrl-C.")
    if screen.as_json:
        screen.print_now(screen.encode_json({"url": url}))


def _bind(host: str, port: int) -> socket.socket:
    try:
        return open_socket(host, port)
    except OSError as error:
        reason = (error.strerror or "it failed").lower()
        why = f"nothing can listen at {host}:{port}: {reason}; choose another, or 0 for a free one"
        raise InputError([Problem("--port", why)]) from None


def _build_worker(args: Namespace, store: Inbox, screen: Console) -> Worker | None:
    """Who hands events to the listeners of `--listeners`. They are registered from here on, before anything comes."""
    if args.listeners is None:
        return None
    from zoom_component.cli.inbox import common
    from zoom_component.events.listeners.worker import create_worker

    def tell(told: AttemptResult) -> None:
        if told.error:
            again = f"; again {common.format_time(told.retry_at)}" if told.retry_at is not None else ""
            screen.report(
                f"{told.event_id} {strip_control_characters(told.event_name)} to {told.listener}: {told.state}: {strip_control_characters(told.error)}{again}"
            )

    found = common.load_listeners(args, screen)
    screen.report(f"{len(found)} listeners at work: {', '.join(each.name for each in found)}.")
    return create_worker(store, found, tell)


@contextmanager
def _run_worker(working: Worker | None) -> Iterator[None]:
    """With the listeners at work, in threads of their own: none of them makes an answer wait."""
    if working is None:
        yield
        return
    thread = Thread(target=working.run, name="listen-dispatch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        working.stop()
        thread.join(30.0)


@contextmanager
def _fast_thread_switching() -> Iterator[None]:
    """With threads that take turns more often: else the one that writes waits up to 5 ms for each of its steps."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@contextmanager
def _run_websocket(args: Namespace, receiver: Receiver, screen: Console) -> Iterator[None]:
    """With the WebSocket of `--websocket`, where there is one."""
    if args.websocket is None:
        yield
        return
    from zoom_component.events.receiver.websocket import WebSocketSource

    connection = arguments.resolve_connection(args, arguments.load_component(args), screen)
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
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "reason", None) or getattr(problem, "strerror", None) or "it cannot be read"
        why = f"{args.tls_cert} with {args.tls_key} is no certificate with its key in PEM: {str(reason).lower()}"
        raise InputError([Problem("--tls-cert", why)]) from None


@contextmanager
def _print_events(store: Inbox, args: Namespace, screen: Console) -> Iterator[None]:
    """Events on stdout, from another thread: a reader who is slow, or gone, delays no answer."""
    if args.quiet:
        yield
        return
    ends = Event()
    follower = Follower(store)
    thread = Thread(target=_print_new_events, args=(follower, ends, screen), name="listen-shown", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join(2.0)


def _print_new_events(follower: Follower, ends: Event, screen: Console) -> None:
    last = False
    while not last:
        last = ends.wait(_POLL_SECONDS)
        try:
            for kept in follower.read_new():
                screen.print_now(screen.encode_json(_serialize_event(kept)))
        except BrokenPipeError:
            screen.discard_output()
            return
        except OSError as problem:
            screen.report(f"What was kept cannot be shown: {problem}.")


def _serialize_event(kept: StoredEvent) -> dict[str, Any]:
    body: Any = None
    with contextlib.suppress(ValueError, RecursionError):
        body = json.loads(kept.event.body)
    one = kept.event
    return {"id": kept.id, "event": one.name, "received": round(one.received_at, 3), "source": one.source, "body": body}

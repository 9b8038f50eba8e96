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

from zoom_component.cli import calling
from zoom_component.cli.failing import plain
from zoom_component.cli.logs import logged
from zoom_component.cli.screen import Screen
from zoom_component.errors import InputError, Problem
from zoom_component.events.receiver import Limits, Receiver
from zoom_component.events.receiver.follow import Follower
from zoom_component.events.receiver.pages import Pages
from zoom_component.events.receiver.serve import listening, serve

if TYPE_CHECKING:
    from zoom_component.events.inbox.store import Kept, Store
    from zoom_component.events.listeners import Told
    from zoom_component.events.listeners.workers import Worker
    from zoom_component.events.webhook import LegacyVerifier

__all__ = ["run"]

_LOOKS = 0.2  # seconds between two looks into the inbox


def run(args: Namespace, secrets: Sequence[str], legacy: LegacyVerifier | None, store: Store, screen: Screen) -> None:
    """Serve until it is interrupted."""
    limits = Limits(body=args.max_body, at_once=args.concurrency)
    working = _worker(args, store, screen)
    receiver = Receiver(
        store,
        secrets,
        path=args.path,
        legacy=legacy,
        legacy_path=args.v1_path,
        window=args.window,
        limits=limits,
        stored=getattr(working, "wake", lambda: None),
    )
    app: Any = receiver if args.no_pages else Pages(receiver, store)
    _check_tls(args)
    at = _bound(args.host, args.port)
    shown = f"[{args.host}]" if ":" in args.host else args.host
    scheme = "https" if args.tls_cert else "http"
    url = f"{scheme}://{shown}:{at.getsockname()[1]}{args.path}"
    with (
        at,
        logged("zoom_component.events.receiver", screen),
        _brisk(),
        _at_work(working),
        _connected(args, receiver, screen),
        _shown(store, args, screen),
    ):
        serve(
            app,
            at,
            connections=args.concurrency + 256,
            certificate=args.tls_cert,
            key=args.tls_key,
            ready=lambda: _ready(url, screen),
        )


def _ready(url: str, screen: Screen) -> None:
    screen.say(f"Receiving at {url} until Ctrl-C.")
    if screen.as_json:
        screen.line(screen.encode({"url": url}))


def _bound(host: str, port: int) -> socket.socket:
    try:
        return listening(host, port)
    except OSError as error:
        reason = (error.strerror or "it failed").lower()
        why = f"nothing can listen at {host}:{port}: {reason}; choose another, or 0 for a free one"
        raise InputError([Problem("--port", why)]) from None


def _worker(args: Namespace, store: Store, screen: Screen) -> Worker | None:
    """Who hands events to the listeners of `--listeners`. They are registered from here on, before anything comes."""
    if args.listeners is None:
        return None
    from zoom_component.cli.inbox import asked
    from zoom_component.events.listeners.workers import worker

    def tell(told: Told) -> None:
        if told.error:
            again = f"; again {asked.at(told.again)}" if told.again is not None else ""
            screen.say(f"{told.id} {plain(told.event)} to {told.listener}: {told.state}: {plain(told.error)}{again}")

    found = asked.listeners(args, screen)
    screen.say(f"{len(found)} listeners at work: {', '.join(each.name for each in found)}.")
    return worker(store, found, tell)


@contextmanager
def _at_work(working: Worker | None) -> Iterator[None]:
    """With the listeners at work, in threads of their own: none of them makes an answer wait."""
    if working is None:
        yield
        return
    thread = Thread(target=working.work, name="listen-dispatch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        working.stop()
        thread.join(30.0)


@contextmanager
def _brisk() -> Iterator[None]:
    """With threads that take turns more often: else the one that writes waits up to 5 ms for each of its steps."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@contextmanager
def _connected(args: Namespace, receiver: Receiver, screen: Screen) -> Iterator[None]:
    """With the WebSocket of `--websocket`, where there is one."""
    if args.websocket is None:
        yield
        return
    from zoom_component.events.receiver.websocket import WebSocketSource

    connection = calling.connection(args, calling.component(args), screen)
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
def _shown(store: Store, args: Namespace, screen: Screen) -> Iterator[None]:
    """Events on stdout, from another thread: a reader who is slow, or gone, delays no answer."""
    if args.quiet:
        yield
        return
    ends = Event()
    follower = Follower(store)
    thread = Thread(target=_follow, args=(follower, ends, screen), name="listen-shown", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join(2.0)


def _follow(follower: Follower, ends: Event, screen: Screen) -> None:
    last = False
    while not last:
        last = ends.wait(_LOOKS)
        try:
            for kept in follower.news():
                screen.line(screen.encode(_row(kept)))
        except BrokenPipeError:
            screen.abandon()
            return
        except OSError as problem:
            screen.say(f"What was kept cannot be shown: {problem}.")


def _row(kept: Kept) -> dict[str, Any]:
    body: Any = None
    with contextlib.suppress(ValueError, RecursionError):
        body = json.loads(kept.arrival.body)
    one = kept.arrival
    return {"id": kept.id, "event": one.event, "received": round(one.received, 3), "source": one.source, "body": body}

"""Events of an inbox as server-sent events, for whoever subscribes; nothing is marked and nobody else waits.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from zoom_component.errors import InputError, Problem
from zoom_component.events.inbox.protocols import EventLog, EventQuery, StoredEvent
from zoom_component.events.listeners.durations import parse_time
from zoom_component.events.receiver.follower import Follower
from zoom_component.events.webhook.filters import matches_patterns
from zoom_component.server.http.responses import error_response, request_error_response
from zoom_component.spec.diagnostics import suggest

__all__ = ["EventStream"]

EVENT_STREAM_TYPE = "text/event-stream"
_WORDS = ("events", "since")
_PATTERN = re.compile(r"!?[A-Za-z0-9_.*?:-]{1,200}")
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
_LOOKS = 0.25  # seconds between two looks into the inbox
_BREATH = 15.0  # seconds after which a quiet stream says that it is there
_AGAIN = b"retry: 2000\n\n"


class EventStream:
    """Streams of what an inbox holds and takes in, at most `most` at a time. `ending` tells when they have to end."""

    def __init__(
        self, store: EventLog, max_streams: int = 100, is_stopping: Callable[[], bool] = lambda: False
    ) -> None:
        self.is_stopping = is_stopping
        self._store, self._most = store, max_streams
        self.open_streams = 0

    async def check_health(self) -> str:
        """What is to be said of the inbox."""
        try:
            await asyncio.to_thread(self._store.find_events, EventQuery(limit=1))
        except OSError:
            return "unreachable"
        return "open"

    async def respond(self, request: Request) -> Response:
        """The stream that is asked for, or why there is none."""
        try:
            patterns, since, after = _asked(request)
        except InputError as error:
            return error_response(error)
        if self.open_streams >= self._most:
            return request_error_response(
                503, f"{self._most} streams are open, which is all there may be; come again later"
            )
        try:
            follower = await asyncio.to_thread(_follower, self._store, since, after)
        except OSError:
            return request_error_response(503, "the inbox cannot be read now; come again later")
        headers = {
            "cache-control": "no-store",
            "x-accel-buffering": "no",
        }  # a proxy that collects would hold events back
        return StreamingResponse(self._stream(follower, patterns), headers=headers, media_type=EVENT_STREAM_TYPE)

    async def _stream(self, follower: Follower, patterns: tuple[str, ...]) -> AsyncIterator[bytes]:
        self.open_streams += 1
        try:
            yield _AGAIN
            said = time.monotonic()
            while not self.is_stopping():
                page = await asyncio.to_thread(follower.read_next_page)
                frames = [_frame(kept) for kept in page if matches_patterns(kept.event.name, patterns)]
                # A number without data is remembered by the reader, and dispatched to nobody.
                if not frames and time.monotonic() - said > _BREATH:
                    frames = [b": still here\nid: %d\n\n" % follower.last_id]
                if frames:
                    yield b"".join(frames)
                    said = time.monotonic()
                if not page:
                    await asyncio.sleep(_LOOKS)
        except OSError:
            return  # the reader comes again, with the number of the last event it saw
        finally:
            self.open_streams -= 1


def _frame(kept: StoredEvent) -> bytes:
    """An event as its reader gets it: its number, and the body as it came. In JSON a line break is only space."""
    body = kept.event.body.replace(b"\r", b" ").replace(b"\n", b" ")
    return b"id: %d\ndata: %s\n\n" % (kept.id, body)


def _follower(store: EventLog, since: float | None, after: int | None) -> Follower:
    if after is not None:
        newest = store.find_events(EventQuery(limit=1))
        return Follower(store, min(after, newest[0].id if newest else 0))  # the inbox may be another one by now
    if since is None:
        return Follower(store)
    before = store.find_events(EventQuery(until=since, limit=1))
    return Follower(store, before[0].id if before else 0)


def _asked(request: Request) -> tuple[tuple[str, ...], float | None, int | None]:
    """Which events, from which time, after which number. Raises InputError with all that is wrong."""
    problems = [
        Problem(name, f"there is no such word in an address; {suggest(name, _WORDS)}")
        for name in request.query_params
        if name not in _WORDS
    ]
    patterns = tuple(word.strip() for word in request.query_params.get("events", "").split(",") if word.strip())
    for pattern in patterns:
        if not _PATTERN.fullmatch(pattern):
            accepted = "accepted: names and patterns joined by commas, as in meeting.*,!meeting.deleted"
            problems.append(Problem("events", f"came {pattern[:40]!r}; {accepted}"))
    since = None
    if text := request.query_params.get("since", ""):
        try:
            since = parse_time(text, time.time())
        except ValueError as problem:
            problems.append(Problem("since", str(problem)))
    last = request.headers.get("last-event-id", "")
    if last and not _NUMBER.fullmatch(last):
        problems.append(Problem("Last-Event-ID", f"came {last[:40]!r}; accepted: the id of an event of this stream"))
    if problems:
        raise InputError(problems)
    return patterns, since, int(last) if last else None

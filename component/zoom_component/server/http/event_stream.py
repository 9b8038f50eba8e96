"""Stream the events of an inbox as server-sent events.

Streams change nothing in the inbox and delay no listener.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from typing import Any

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
_QUERY_PARAMETERS = ("events", "since")
_MAX_PROBLEMS = 20  # of one kind in one request
_PATTERN = re.compile(r"!?[A-Za-z0-9_.*?:-]{1,200}")
_EVENT_ID = re.compile(r"[0-9]{1,18}", re.ASCII)
_POLL_INTERVAL = 0.25  # seconds between two reads of the inbox
_KEEP_ALIVE_INTERVAL = 15.0  # seconds without an event after which a comment is sent
_RECONNECT_DELAY = b"retry: 2000\n\n"  # milliseconds


class EventStream:
    """Stream the stored and the new events of an inbox to `max_streams` readers at most, until `stop`."""

    def __init__(self, store: EventLog, max_streams: int = 100) -> None:
        self._is_stopping = False
        self._store, self._max_streams = store, max_streams
        self.open_streams = 0

    def stop(self) -> None:
        """End all streams soon: the server is shutting down."""
        self._is_stopping = True

    async def check_health(self) -> str:
        """Return "open", or "unreachable" if the inbox cannot be read."""
        try:
            await asyncio.to_thread(self._store.find_events, EventQuery(limit=1))
        except OSError:
            return "unreachable"
        return "open"

    async def respond(self, request: Request) -> Response:
        """Return the stream for a request, or an error."""
        try:
            patterns, since, last_event_id = _parse_request(request)
        except InputError as error:
            return error_response(error)
        if self.open_streams >= self._max_streams:
            return request_error_response(
                503, f"all {self._max_streams} streams of this server are in use; retry later"
            )
        place = _StreamPlace(self)  # taken before anything is awaited, so that no two requests take the last one
        try:
            follower = await asyncio.to_thread(_open_follower, self._store, since, last_event_id)
        except OSError:
            place.leave()
            return request_error_response(503, "the inbox cannot be read at the moment; retry later")
        except BaseException:
            place.leave()
            raise
        # x-accel-buffering: a proxy that buffers the response would hold events back.
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return _EventResponse(place, self._stream(follower, patterns), headers=headers, media_type=EVENT_STREAM_TYPE)

    async def _stream(self, follower: Follower, patterns: tuple[str, ...]) -> AsyncIterator[bytes]:
        try:
            yield _RECONNECT_DELAY
            last_sent = time.monotonic()
            while not self._is_stopping:
                page = await asyncio.to_thread(follower.read_next_page)
                frames = [_build_frame(event) for event in page if matches_patterns(event.event.name, patterns)]
                # A frame with an id but without data: the reader stores the id and reports no event.
                if not frames and time.monotonic() - last_sent > _KEEP_ALIVE_INTERVAL:
                    frames = [b": keep-alive\nid: %d\n\n" % follower.last_id]
                if frames:
                    yield b"".join(frames)
                    last_sent = time.monotonic()
                if not page:
                    await asyncio.sleep(_POLL_INTERVAL)
        except OSError:
            return  # the reader connects again, with the id of the last event that it received


class _StreamPlace:
    """Count one stream as open until it is left."""

    def __init__(self, stream: EventStream) -> None:
        self._stream: EventStream | None = stream
        stream.open_streams += 1

    def leave(self) -> None:
        """Count the stream no longer; a second call changes nothing."""
        if self._stream is not None:
            self._stream.open_streams -= 1
            self._stream = None


class _EventResponse(StreamingResponse):
    """Send a stream, and leave its place also if the reader goes before the first event."""

    def __init__(self, place: _StreamPlace, content: AsyncIterator[bytes], **options: Any) -> None:
        super().__init__(content, **options)
        self._place = place

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._place.leave()


def _build_frame(event: StoredEvent) -> bytes:
    """Return the frame of an event: its id, and its body as received.

    A line break in JSON is only a space.
    """
    body = event.event.body.replace(b"\r", b" ").replace(b"\n", b" ")
    return b"id: %d\ndata: %s\n\n" % (event.id, body)


def _open_follower(store: EventLog, since: float | None, last_event_id: int | None) -> Follower:
    if last_event_id is not None:
        newest = store.find_events(EventQuery(limit=1))
        # The id may come from another inbox, and be higher than any id of this one.
        return Follower(store, min(last_event_id, newest[0].id if newest else 0))
    if since is None:
        return Follower(store)
    before = store.find_events(EventQuery(until=since, limit=1))
    return Follower(store, before[0].id if before else 0)


def _parse_request(request: Request) -> tuple[tuple[str, ...], float | None, int | None]:
    """Return the patterns of event names, the start time, and the last received event id.

    Raise InputError with all problems.
    """
    problems = [
        Problem(name[:100], f"unknown query parameter; {suggest(name, _QUERY_PARAMETERS)}")
        for name in [name for name in request.query_params if name not in _QUERY_PARAMETERS][:_MAX_PROBLEMS]
    ]
    texts = request.query_params.get("events", "").split(",")
    patterns = tuple(text.strip() for text in texts if text.strip())
    expected = "names and patterns joined by commas, such as meeting.*,!meeting.deleted"
    problems += [
        Problem("events", f'expected {expected}, got "{pattern[:40]}"')
        for pattern in [pattern for pattern in patterns if not _PATTERN.fullmatch(pattern)][:_MAX_PROBLEMS]
    ]
    since = None
    if text := request.query_params.get("since", ""):
        try:
            since = parse_time(text, time.time())
        except ValueError as error:
            problems.append(Problem("since", str(error)))
    last_event_id = request.headers.get("last-event-id", "")
    if last_event_id and not _EVENT_ID.fullmatch(last_event_id):
        problems.append(
            Problem("Last-Event-ID", f'expected the id of an event of this stream, got "{last_event_id[:40]}"')
        )
    if problems:
        raise InputError(problems)
    return patterns, since, int(last_event_id) if last_event_id else None

"""Serve the admin API below /_sandbox: what a test in any language may read and change. For this machine only.

The admin API is not part of Zoom: it needs no token, has no rate limits or faults, and its requests are not recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from zoom_sandbox.access import is_local_host_header, is_local_name
from zoom_sandbox.documents import SandboxInputError, format_value, parse_document
from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.events import EventPublisher
from zoom_sandbox.fault_parsing import parse_faults
from zoom_sandbox.faults import ApiFault, DeliveryFault, Fault
from zoom_sandbox.messages import RecordedRequest, Request, Response, json_response, parse_json

PREFIX = "/_sandbox"
AdminHandler = Callable[[SandboxEngine, Any], Any]
ROUTES: dict[tuple[str, str], AdminHandler] = {}


def admin_route(method: str, path: str) -> Callable[[AdminHandler], AdminHandler]:
    """Register the handler of an admin path. It takes the engine and the body, and returns the JSON to answer."""

    def register(handler: AdminHandler) -> AdminHandler:
        ROUTES[method, PREFIX + path] = handler
        return handler

    return register


def is_admin_path(path: str) -> bool:
    """Return whether a path belongs to the admin API."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def respond(engine: SandboxEngine, request: Request) -> Response:
    """Return the response to a request of the admin API.

    200 with JSON; 400 with messages, 403 for a caller elsewhere, 404 and 405 for an unknown path or method.
    """
    if not _is_local_request(request):
        return json_response(403, {"errors": ["the admin API only answers requests from this machine"]})
    path = request.path.rstrip("/")
    handler = ROUTES.get((request.method, path))
    if handler is None:
        is_known_path = any(path == known for _, known in ROUTES)
        message = f"the admin API has no {request.method} {path}"
        return json_response(405 if is_known_path else 404, {"errors": [message]})
    try:
        body = parse_document(request.body.decode("utf-8", "replace")) if request.body.strip() else None
        return json_response(200, handler(engine, body))
    except SandboxInputError as error:
        return json_response(400, {"errors": list(error.messages)})


def _is_local_request(request: Request) -> bool:
    """Return whether a request comes from this machine, and not from a web page of another site."""
    if not request.peer:
        return True
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    if not (is_local_name(request.peer) and is_local_host_header(host)):
        return False
    return origin is None or is_local_host_header(origin.partition("://")[2])


@admin_route("GET", "")
def get_state(engine: SandboxEngine, body: Any) -> Any:
    """Return the account's options and its counts of objects."""
    return engine.get_state()


@admin_route("POST", "/reset")
def reset_account(engine: SandboxEngine, body: Any) -> Any:
    """Restore the account as it was at the start: data, tokens, clock, faults and recorded requests."""
    engine.reset()
    return engine.get_state()


@admin_route("POST", "/data")
def add_data(engine: SandboxEngine, body: Any) -> Any:
    """Add the data of a document, with the same fields as a file of `--data`."""
    engine.load_data(body)
    return engine.get_state()


@admin_route("GET", "/clock")
def get_clock(engine: SandboxEngine, body: Any) -> Any:
    """Return the account's time."""
    now = engine.clock()
    return {"now": datetime.fromtimestamp(now, UTC).isoformat().replace("+00:00", "Z"), "epoch": now}


@admin_route("PUT", "/clock")
def set_clock(engine: SandboxEngine, body: Any) -> Any:
    """Set the account's time: `{"now": "2026-03-10T09:00:00Z"}`, or epoch seconds."""
    engine.set_clock(_parse_now(_only_field(body, "now")))
    return get_clock(engine, None)


@admin_route("POST", "/clock/advance")
def advance_clock(engine: SandboxEngine, body: Any) -> Any:
    """Move the account's time ahead: `{"seconds": 3600}`."""
    seconds = _only_field(body, "seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise SandboxInputError([f"seconds: expected a number, got {format_value(seconds)}"])
    engine.set_clock(engine.clock() + seconds)
    return get_clock(engine, None)


@admin_route("GET", "/faults")
def list_faults(engine: SandboxEngine, body: Any) -> Any:
    """Return the injected faults, the newest first."""
    return {"faults": [_serialize_fault(fault) for fault in engine.faults]}


@admin_route("POST", "/faults")
def add_faults(engine: SandboxEngine, body: Any) -> Any:
    """Add faults, with the same fields as a file of `--faults`: one fault, a list, or `{"faults": [...]}`."""
    is_single = isinstance(body, dict) and "faults" not in body
    for fault in parse_faults([body] if is_single else body):
        engine.add_fault(fault)
    return list_faults(engine, None)


@admin_route("DELETE", "/faults")
def clear_faults(engine: SandboxEngine, body: Any) -> Any:
    """Remove all injected faults."""
    engine.clear_faults()
    return list_faults(engine, None)


@admin_route("GET", "/requests")
def list_requests(engine: SandboxEngine, body: Any) -> Any:
    """Return the recorded requests without their secrets, the oldest first."""
    return {"requests": [_serialize_request(request) for request in engine.requests]}


@admin_route("DELETE", "/requests")
def clear_requests(engine: SandboxEngine, body: Any) -> Any:
    """Delete the recorded requests."""
    engine.clear_requests()
    return list_requests(engine, None)


@admin_route("GET", "/deliveries")
def list_deliveries(engine: SandboxEngine, body: Any) -> Any:
    """Return the deliveries of events to webhooks, each with its body and its outcome."""
    deliveries = engine.account.store(EventPublisher).deliveries
    return {"deliveries": [{**delivery.to_dict(), "body": delivery.json()} for delivery in deliveries]}


@admin_route("POST", "/emit")
def emit_event(engine: SandboxEngine, body: Any) -> Any:
    """Emit an event by hand: `{"event": "user.created", "set": {"payload.object.type": 2}}`."""
    has_event = isinstance(body, dict) and set(body) <= {"event", "set"} and isinstance(body.get("event"), str)
    if not has_event or not isinstance(body.get("set", {}), dict):
        example = '{"event": "user.created", "set": {"payload.object.type": 2}}'
        raise SandboxInputError([f"body: expected an object such as {example}, got {format_value(body)}"])
    try:
        engine.account.store(EventPublisher).emit_sample(body["event"], body.get("set", {}))
    except ValueError as problem:
        raise SandboxInputError([str(problem)]) from problem
    return list_deliveries(engine, None)


def _only_field(body: Any, name: str) -> Any:
    if not isinstance(body, dict) or list(body) != [name]:
        raise SandboxInputError([f'body: expected an object with the field "{name}" only, got {format_value(body)}'])
    return body[name]


def _parse_now(value: Any) -> float:
    """Return the epoch seconds of a number or of an ISO 8601 text; a text without an offset is UTC."""
    seconds = value
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        if isinstance(seconds, bool) or not 0 <= seconds < 32_000_000_000:
            raise ValueError(value)
    except (TypeError, ValueError) as problem:
        expected = "a time such as 2026-03-10T09:00:00Z, or epoch seconds"
        raise SandboxInputError([f"now: expected {expected}, got {format_value(value)}"]) from problem
    return float(seconds)


def _serialize_fault(fault: Fault) -> dict[str, Any]:
    own: dict[str, Any] = {}
    if isinstance(fault, ApiFault):
        own = {"method": fault.method, "path": fault.path, "status": fault.status}
    elif isinstance(fault, DeliveryFault):
        own = {"event": fault.event, "copies": fault.copies, "events_ahead": fault.events_ahead}
    selection = {"calls": sorted(fault.calls), "probability": fault.probability}
    return {**own, **selection, "matches": fault.matches, "hits": fault.hits}


def _serialize_request(request: RecordedRequest) -> dict[str, Any]:
    text = request.body.decode("utf-8", "replace")
    try:
        body = parse_json(text) if text else None
    except ValueError:
        body = text
    return {
        "method": request.method,
        "path": request.path,
        "query": [list(pair) for pair in request.query],
        "headers": dict(request.headers),
        "body": body,
    }

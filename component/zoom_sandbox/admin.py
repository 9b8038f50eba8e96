"""The admin API below /_sandbox: what a test in any language may see and change. From this machine only.

It is no part of Zoom: no token, no limits, no faults, and what arrives here is not among the requests.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from zoom_sandbox.documents import SandboxInputError, parse_document
from zoom_sandbox.events import DeliveryFault, EventPublisher
from zoom_sandbox.fault_parsing import parse_faults
from zoom_sandbox.messages import RecordedRequest, Request, Response, json_response

if TYPE_CHECKING:
    from zoom_sandbox.engine import SandboxEngine
    from zoom_sandbox.faults import Fault

PREFIX = "/_sandbox"
AdminHandler = Callable[["SandboxEngine", Any], Any]
ROUTES: dict[tuple[str, str], AdminHandler] = {}


def admin_route(method: str, path: str) -> Callable[[AdminHandler], AdminHandler]:
    """Mark the function behind an admin address. It gets the account and the body, and returns the answer's JSON."""

    def keep(act: AdminHandler) -> AdminHandler:
        ROUTES[method, PREFIX + path] = act
        return act

    return keep


def respond(zoom: SandboxEngine, request: Request) -> Response:
    """Answer a request below /_sandbox: 200 with JSON; 400 with sentences, 403 from elsewhere, 404 and 405."""
    if not _from_here(request):
        return json_response(403, {"errors": ["The admin API answers this machine only."]})
    path = request.path.rstrip("/")
    act = ROUTES.get((request.method, path))
    if act is None:
        known = any(path == other for _, other in ROUTES)
        return json_response(405 if known else 404, {"errors": [f"The admin API has no {request.method} {path}."]})
    try:
        body = parse_document(request.body.decode("utf-8", "replace")) if request.body.strip() else None
        return json_response(200, act(zoom, body))
    except SandboxInputError as mistake:
        return json_response(400, {"errors": list(mistake.messages)})


def _from_here(request: Request) -> bool:
    """Whether a request comes from this machine, and from no page that a browser shows from elsewhere."""
    if not request.peer:
        return True
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    names = [request.peer, urlsplit(f"//{host}").hostname or ""]
    names += [] if origin is None else [urlsplit(origin).hostname or ""]
    return all(map(_is_here, names))


def _is_here(name: str) -> bool:
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@admin_route("GET", "")
def get_state(zoom: SandboxEngine, body: Any) -> Any:
    """What there is, in numbers."""
    return zoom.get_state()


@admin_route("POST", "/reset")
def reset_account(zoom: SandboxEngine, body: Any) -> Any:
    """The account as it was at the start: data, tokens, clock, faults and requests."""
    zoom.reset()
    return zoom.get_state()


@admin_route("POST", "/seed")
def add_data(zoom: SandboxEngine, body: Any) -> Any:
    """Add the data of a document, as `--seed FILE` has it."""
    zoom.load_data(body)
    return zoom.get_state()


@admin_route("GET", "/clock")
def get_clock(zoom: SandboxEngine, body: Any) -> Any:
    """The time of the account."""
    now = zoom.clock()
    return {"now": datetime.fromtimestamp(now, UTC).isoformat().replace("+00:00", "Z"), "epoch": now}


@admin_route("PUT", "/clock")
def set_clock(zoom: SandboxEngine, body: Any) -> Any:
    """Make it another time: `{"now": "2026-03-10T09:00:00Z"}` or epoch seconds."""
    zoom.set_clock(_moment(_only(body, "now")))
    return get_clock(zoom, None)


@admin_route("POST", "/clock/advance")
def advance_clock(zoom: SandboxEngine, body: Any) -> Any:
    """Move the clock: `{"seconds": 3600}`."""
    seconds = _only(body, "seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise SandboxInputError([f"seconds is {seconds!r}; expected is a number"])
    zoom.set_clock(zoom.clock() + seconds)
    return get_clock(zoom, None)


@admin_route("GET", "/faults")
def list_faults(zoom: SandboxEngine, body: Any) -> Any:
    """The faults that are set, those of calls and then those of deliveries, the newest first."""
    troubles = zoom.account.store(EventPublisher).faults
    return {"faults": [*(_shown(fault) for fault in zoom.faults), *(_troubled(each) for each in troubles)]}


@admin_route("POST", "/faults")
def add_faults(zoom: SandboxEngine, body: Any) -> Any:
    """Set faults, as `--faults FILE` has them; one may come without a list around it."""
    single = isinstance(body, dict) and "faults" not in body
    for fault in parse_faults([body] if single else body):
        zoom.spoil(fault)
    return list_faults(zoom, None)


@admin_route("DELETE", "/faults")
def clear_faults(zoom: SandboxEngine, body: Any) -> Any:
    """Take all faults away."""
    zoom.clear_faults()
    return list_faults(zoom, None)


@admin_route("GET", "/requests")
def list_requests(zoom: SandboxEngine, body: Any) -> Any:
    """What arrived, the oldest first, without secrets."""
    return {"requests": [_arrived(arrival) for arrival in zoom.requests]}


@admin_route("DELETE", "/requests")
def clear_requests(zoom: SandboxEngine, body: Any) -> Any:
    """Forget what arrived."""
    zoom.clear_requests()
    return list_requests(zoom, None)


@admin_route("GET", "/deliveries")
def list_deliveries(zoom: SandboxEngine, body: Any) -> Any:
    """What was announced, each event to each address, with its body and what came of it."""
    found = zoom.account.store(EventPublisher).deliveries
    return {"deliveries": [{**delivery.to_dict(), "body": delivery.json()} for delivery in found]}


@admin_route("POST", "/emit")
def emit_event(zoom: SandboxEngine, body: Any) -> Any:
    """Announce an event that nothing caused: `{"event": "user.created", "set": {"payload.object.type": 2}}`."""
    known = isinstance(body, dict) and set(body) <= {"event", "set"} and isinstance(body.get("event"), str)
    if not known or not isinstance(body.get("set", {}), dict):
        raise SandboxInputError(
            ["a body with 'event', a name, and perhaps 'set', paths with their values, is expected"]
        )
    try:
        zoom.account.store(EventPublisher).emit_sample(body["event"], body.get("set", {}))
    except ValueError as problem:
        raise SandboxInputError([str(problem)]) from problem
    return list_deliveries(zoom, None)


def _only(body: Any, name: str) -> Any:
    if not isinstance(body, dict) or list(body) != [name]:
        raise SandboxInputError([f"a body with {name!r} and nothing else is expected"])
    return body[name]


def _moment(value: Any) -> float:
    """Epoch seconds of a number or of an ISO text; a text without an offset is UTC."""
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            value = (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
        if isinstance(value, bool) or not 0 <= value < 32_000_000_000:
            raise ValueError(value)
    except (TypeError, ValueError) as problem:
        raise SandboxInputError(
            [f"now is {value!r}; expected is a time such as 2026-03-10T09:00:00Z, or epoch seconds"]
        ) from problem
    return float(value)


def _troubled(trouble: DeliveryFault) -> dict[str, Any]:
    return {
        "webhook": trouble.event,
        "copies": trouble.copies,
        "late": trouble.events_ahead,
        "calls": sorted(trouble.calls),
        "probability": trouble.probability,
        "seen": trouble.matches,
        "hits": trouble.hits,
    }


def _shown(fault: Fault) -> dict[str, Any]:
    return {
        "on": f"{fault.method} {fault.path}",
        "status": fault.status,
        "calls": sorted(fault.calls),
        "probability": fault.probability,
        "seen": fault.matches,
        "hits": fault.hits,
    }


def _arrived(arrival: RecordedRequest) -> dict[str, Any]:
    text = arrival.body.decode("utf-8", "replace")
    try:
        body = json.loads(text) if text else None
    except ValueError:
        body = text
    told = {"method": arrival.method, "path": arrival.path, "query": [list(pair) for pair in arrival.query]}
    return {**told, "headers": dict(arrival.headers), "body": body}

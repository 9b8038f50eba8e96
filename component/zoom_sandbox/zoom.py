"""The core: one account, and `respond`, through which every door goes. One lock holds the state together."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from email.utils import formatdate
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from zoom_facts import Operation, find
from zoom_sandbox import admin, resources, seeding
from zoom_sandbox.access import check
from zoom_sandbox.announce import Announcer, Trouble
from zoom_sandbox.checks import FORM, checked_body, checked_form, typed_query
from zoom_sandbox.clock import Clock, MovableClock
from zoom_sandbox.examples import Given, from_schema
from zoom_sandbox.fault_words import route_of
from zoom_sandbox.faults import Fault, Faults
from zoom_sandbox.ids import Ids
from zoom_sandbox.limits import Limits
from zoom_sandbox.messages import Arrival, Request, Response, as_json
from zoom_sandbox.oauth import OAuth
from zoom_sandbox.plays import OPENS, PLAYS, SEEDED, SERVES, Call, Payload, Play, served
from zoom_sandbox.quotas import charges
from zoom_sandbox.refusal import Refusal, invalid_token
from zoom_sandbox.resources.gatherings.many import add_many
from zoom_sandbox.router import Route, route
from zoom_sandbox.scopes import check_scopes
from zoom_sandbox.times import stamp
from zoom_sandbox.world import Setup, World

API = "/v2"
ANSWERED = "x-sandbox-answer"  # `stateful`, or `schema` where no state stands behind the answer
KEPT_ARRIVALS = 10_000
KEPT_OF_FORMS = 4096  # bytes; a form may carry files of many megabytes
_SECRETS = frozenset({
    "access_token", "client_secret", "code", "code_verifier", "download_access_token", "refresh_token", "token",
})  # fmt: skip


class Zoom:
    """A Zoom account in memory.

    `clock` gives epoch seconds; `seed` makes the ids and tokens of a run repeatable; `data` is a document of one's own
    data (see `seeding`); `world` holds the state. Raises Mistake for data that is wrong.
    """

    def __init__(self, setup: Setup | None = None, clock: Clock = time.time, seed: int = 0, data: Any = None) -> None:
        resources.load()
        self.clock = MovableClock(clock)
        self._seed, self._data = seed, data
        self.world = World(setup or Setup(), self.clock, Ids(seed))
        self.faults = Faults()
        self.base = "http://zoom.sandbox"
        self.changed: Callable[[], None] = lambda: None
        self.lock = Lock()
        self._arrivals: deque[Arrival] = deque(maxlen=KEPT_ARRIVALS)
        self._fill()

    def reset(self) -> None:
        """Make the account what it was at the start: data, tokens, clock, faults and requests."""
        with self.lock:
            self.clock.offset = 0.0
            self.calm()
            self._arrivals.clear()
            self.world.begin(Ids(self._seed))
            self._fill()
            self.changed()

    def load(self, document: Any) -> None:
        """Add the data of a document. Raises Mistake with everything that is wrong in it."""
        with self.lock:
            seeding.load(self, document)
            self.changed()

    def operate(self, method: str, path: str, body: Any) -> Any:
        """Carry out an operation as the account itself; its payload. Raises Refusal. The caller holds the lock."""
        request = Request(method, path, body=json.dumps(body).encode())
        found = route(method, path)
        operation = find(method, found.template)
        if operation is None:
            raise LookupError(f"The facts have no operation {method} {found.template}.")
        call = self._checked(operation, found.ids, request, self.base)
        play = PLAYS.get((operation.method, operation.path))
        if play is None:
            raise Refusal(501, 501, f"The embedded Zoom keeps no state for {method} {operation.path}.")
        return play(call) or {}

    def set_clock(self, moment: float) -> None:
        """Make it another time, in epoch seconds; the clock goes on from there."""
        with self.lock:
            self.clock.set(moment)
            self.changed()

    def state(self) -> dict[str, Any]:
        """What there is, in numbers."""
        with self.lock:
            setup, counts = self.world.setup, dict[str, int]()
            for part in self.world.parts.values():
                counts.update(part.summary() if hasattr(part, "summary") else {})
            told: dict[str, Any] = {"account_id": setup.account_id, "plan": setup.plan or None, "strict": setup.strict}
            told["scopes"] = None if setup.scopes is None else list(setup.scopes)
            return {**told, "now": stamp(self.clock()), "requests": len(self._arrivals), "state": counts}

    def clear_requests(self) -> None:
        """Forget what arrived."""
        with self.lock:
            self._arrivals.clear()

    @property
    def requests(self) -> list[Arrival]:
        """What arrived, the oldest first (the last 10,000)."""
        with self.lock:
            return list(self._arrivals)

    def token(self, scopes: Collection[str] | None = None) -> str:
        """A fresh bearer token that ends no other: a short cut for tests. `scopes` None means those of the app."""
        with self.lock:
            return self.world.part(OAuth).issue("test", scopes=scopes)

    def add_fault(self, fault: Fault) -> Fault:
        """Set a fault; it lasts until `faults.clear()`. Raises Mistake (a ValueError) for a path of no operation."""
        fault.method, fault.path = route_of(f"{fault.method} {fault.path}")
        with self.lock:
            return self.faults.add(fault)

    def spoil(self, fault: Fault | Trouble) -> None:
        """Make calls, or deliveries to webhooks, go wrong until `calm`."""
        if isinstance(fault, Trouble):
            self.world.part(Announcer).trouble(fault)
        else:
            self.add_fault(fault)

    def calm(self) -> None:
        """Take all faults away, those of deliveries, too."""
        self.faults.clear()
        self.world.part(Announcer).calm()

    def respond(self, request: Request) -> Response:
        """Answer one request. Never raises for what a client sends."""
        if request.path == admin.PREFIX or request.path.startswith(f"{admin.PREFIX}/"):
            return admin.respond(self, request)
        with self.lock:
            self._arrivals.append(_arrival(request))
            response = self._answer(request)
            if request.method != "GET":
                self.changed()
            response.headers.setdefault("x-zm-trackingid", self.world.ids.tracking())
            response.headers.setdefault("date", formatdate(self.world.clock(), usegmt=True))
            return response

    def _answer(self, request: Request) -> Response:
        found = _find(request)
        template = found.template if isinstance(found, Route) else request.path.removeprefix(API)
        fault = self.faults.take(request.method, template)
        if fault is not None and (response := fault.answer(self.clock())) is not None:
            return response
        if fault is not None and fault.revoke:
            self.world.part(OAuth).revoke(request.headers.get("authorization", "").partition(" ")[2].strip())
        try:
            response = self._play(request, found)
        except Refusal as refusal:
            response = refusal.response()
        if fault is not None:
            fault.bend(request, response)
        return response

    def _fill(self) -> None:
        for part in SEEDED:
            self.world.part(part)
        add_many(self.world)
        seeding.load(self, self._data)

    def _play(self, request: Request, found: Route | Refusal | None) -> Response:
        host = request.headers.get("host", "")
        base = f"http://{host}" if host else self.base
        if prefix := served(request.path):
            return self._serve(request, prefix)
        if found is None:
            return self.world.part(OAuth).respond(request, base)
        if isinstance(found, Refusal):
            raise found
        operation = find(request.method, found.template)
        if operation is None:
            raise LookupError(f"The facts have no operation {request.method} {found.template}.")
        grant = self.world.part(OAuth).grant(request.headers.get("authorization", ""))
        if grant is None:
            raise invalid_token()
        check_scopes(operation, grant.scopes)
        headers = self.world.part(Limits).count(operation)
        response = self._perform(operation, found.ids, request, base)
        response.headers.update(headers)
        return response

    def _serve(self, request: Request, prefix: str) -> Response:
        if request.method != "GET":
            raise Refusal(405, 405, f"The request method '{request.method}' is not supported here.")
        key, opens = unquote(request.path.removeprefix(prefix)), OPENS.get(prefix)
        check(self.world, request, lambda token: opens is not None and opens(self.world, key, token))
        return SERVES[prefix](self.world, request, key)

    def _checked(self, operation: Operation, ids: Mapping[str, str], request: Request, base: str) -> Call:
        given = dict(request.query)
        query = typed_query(operation, given)
        if operation.body_media_type == FORM:
            body, files = checked_form(operation, request.headers.get("content-type", ""), request.body)
        else:
            body, files = checked_body(operation, request.body), ()
        return Call(self.world, operation, ids, query, given, body, base, files)

    def _perform(self, operation: Operation, ids: Mapping[str, str], request: Request, base: str) -> Response:
        call = self._checked(operation, ids, request, base)
        play = PLAYS.get((operation.method, operation.path))
        if play is None:
            return self._unplayed(operation, Given(ids, call.query, call.body))
        payload = self._counted(play, call)
        status = operation.successes[0]
        response = Response(status) if payload is None else as_json(status, payload)
        response.headers[ANSWERED] = "stateful"
        return response

    def _counted(self, play: Play, call: Call) -> Payload | None:
        """Play a call within the day's allowance of its host or registrant; one that is refused costs nothing."""
        if not self.world.setup.plan:
            return play(call)
        limits, due = self.world.part(Limits), charges(call)
        limits.admit(call.operation, due)
        payload = play(call)
        limits.charge(due)
        return payload

    def _unplayed(self, operation: Operation, given: Given) -> Response:
        """The answer of an operation without state: its schema's, or 501 when only state shall answer."""
        if self.world.setup.strict:
            sentence = f"The embedded Zoom keeps no state for {operation.method} {operation.path}."
            return as_json(501, {"code": 501, "message": sentence})
        response = from_schema(operation, given)
        response.headers[ANSWERED] = "schema"
        return response


def _find(request: Request) -> Route | Refusal | None:
    """Where a request goes: a route of the API, a refusal, or None for OAuth."""
    if request.path.startswith("/oauth/"):
        return None
    try:
        if not request.path.startswith(f"{API}/"):
            raise Refusal(404, 2300, "This API endpoint is not recognized.")
        return route(request.method, request.path.removeprefix(API))
    except Refusal as refusal:
        return refusal


def _arrival(request: Request) -> Arrival:
    headers = {name: value for name, value in request.headers.items() if name != "authorization"}
    query, body = request.query, request.body
    if served(request.path):
        query = _veiled(query)
    if headers.get("content-type", "").lower().startswith(FORM):
        body = body[:KEPT_OF_FORMS]
    if request.path.startswith("/oauth/"):
        query = _veiled(query)
        body = urlencode(_veiled(tuple(parse_qsl(body.decode("utf-8", "replace"))))).encode()
    return Arrival(request.method, request.path, query, headers, body)


def _veiled(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, "***" if name in _SECRETS else value) for name, value in pairs)

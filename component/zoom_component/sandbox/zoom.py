"""The core: one account, and `respond`, through which every door goes. One lock holds the state together."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Mapping
from email.utils import formatdate
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urlencode

from zoom_component.facts import Operation, find
from zoom_component.sandbox import resources
from zoom_component.sandbox.checks import checked_body, typed_query
from zoom_component.sandbox.clock import Clock
from zoom_component.sandbox.examples import Given, from_schema
from zoom_component.sandbox.faults import ANY, Fault, Faults
from zoom_component.sandbox.ids import Ids
from zoom_component.sandbox.limits import Limits
from zoom_component.sandbox.messages import Arrival, Request, Response, as_json
from zoom_component.sandbox.oauth import OAuth
from zoom_component.sandbox.plays import PLAYS, SEEDED, Call, Payload, Play
from zoom_component.sandbox.quotas import charges
from zoom_component.sandbox.refusal import Refusal, invalid_token
from zoom_component.sandbox.router import Route, route, templates
from zoom_component.sandbox.scopes import check_scopes
from zoom_component.sandbox.world import Setup, World

API = "/v2"
ANSWERED = "x-sandbox-answer"  # `stateful`, or `schema` where no state stands behind the answer
KEPT_ARRIVALS = 10_000
_OAUTH_SECRETS = frozenset({"client_secret", "code", "code_verifier", "refresh_token", "token"})


class Zoom:
    """A Zoom account in memory.

    `clock` gives epoch seconds; `seed` makes the ids and tokens of a run repeatable; `world` holds the state.
    """

    def __init__(self, setup: Setup | None = None, clock: Clock = time.time, seed: int = 0) -> None:
        resources.load()
        self.world = World(setup or Setup(), clock, Ids(seed))
        self.faults = Faults()
        self.base = "http://zoom.sandbox"
        self._lock = Lock()
        self._arrivals: deque[Arrival] = deque(maxlen=KEPT_ARRIVALS)
        for part in SEEDED:
            self.world.part(part)

    @property
    def requests(self) -> list[Arrival]:
        """What arrived, the oldest first (the last 10,000)."""
        with self._lock:
            return list(self._arrivals)

    def token(self, scopes: Collection[str] | None = None) -> str:
        """A fresh bearer token that ends no other: a short cut for tests. `scopes` are those of the app unless given."""
        with self._lock:
            return self.world.part(OAuth).issue("test", scopes=scopes)

    def fault(
        self,
        method: str = ANY,
        path: str = ANY,
        *,
        status: int | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        calls: Collection[int] = (),
        drop: bool = False,
        delay: float = 0.0,
    ) -> Fault:
        """Make calls of an operation go wrong until `faults.clear()`; see `Fault` for the arguments.

        Raises ValueError for a path that no operation has, since such a fault could never hit.
        """
        path = path.removeprefix(API)
        if path != ANY and not path.startswith("/oauth/") and path not in templates():
            raise ValueError(f"No operation has the path {path}. Give a template such as /users/{{userId}}, or *.")
        with self._lock:
            return self.faults.add(Fault(method, path, status, body, headers or {}, calls, drop, delay))

    def respond(self, request: Request) -> Response:
        """Answer one request. Never raises for what a client sends."""
        with self._lock:
            self._arrivals.append(_arrival(request))
            response = self._answer(request)
            response.headers.setdefault("x-zm-trackingid", self.world.ids.tracking())
            response.headers.setdefault("date", formatdate(self.world.clock(), usegmt=True))
            return response

    def _answer(self, request: Request) -> Response:
        found = _find(request)
        template = found.template if isinstance(found, Route) else request.path.removeprefix(API)
        fault = self.faults.take(request.method, template)
        if fault is not None and (response := fault.answer()) is not None:
            return response
        try:
            response = self._play(request, found)
        except Refusal as refusal:
            response = refusal.response()
        response.delay = fault.delay if fault is not None else 0.0
        return response

    def _play(self, request: Request, found: Route | Refusal | None) -> Response:
        host = request.headers.get("host", "")
        base = f"http://{host}" if host else self.base
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

    def _perform(self, operation: Operation, ids: Mapping[str, str], request: Request, base: str) -> Response:
        given = dict(request.query)
        query = typed_query(operation, given)
        body = checked_body(operation, request.body)
        play = PLAYS.get((operation.method, operation.path))
        if play is None:
            return self._unplayed(operation, Given(ids, query, body))
        payload = self._counted(play, Call(self.world, operation, ids, query, given, body, base))
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
    if request.path.startswith("/oauth/"):
        query = _veiled(query)
        body = urlencode(_veiled(tuple(parse_qsl(body.decode("utf-8", "replace"))))).encode()
    return Arrival(request.method, request.path, query, headers, body)


def _veiled(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, "***" if name in _OAUTH_SECRETS else value) for name, value in pairs)

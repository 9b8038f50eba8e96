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

from zoom_facts import Operation, find_operation
from zoom_sandbox import admin, data_loader, resources
from zoom_sandbox.account import Account, SandboxOptions
from zoom_sandbox.clock import Clock, OffsetClock
from zoom_sandbox.errors import ApiError, invalid_token_error
from zoom_sandbox.events import DeliveryFault, EventPublisher
from zoom_sandbox.example_responses import CallerValues, build_example_response
from zoom_sandbox.fault_parsing import parse_operation
from zoom_sandbox.faults import Fault, FaultList
from zoom_sandbox.file_access import check_file_access
from zoom_sandbox.ids import IdGenerator
from zoom_sandbox.messages import RecordedRequest, Request, Response, json_response
from zoom_sandbox.oauth import OAuth
from zoom_sandbox.operations import (
    DOWNLOADS,
    HANDLERS,
    SEEDED_STORES,
    TOKEN_CHECKS,
    OperationCall,
    OperationHandler,
    Payload,
    find_download_prefix,
)
from zoom_sandbox.quotas import find_charges
from zoom_sandbox.rate_limits import RateLimiter
from zoom_sandbox.resources.conferences.bulk import add_numbered_conferences
from zoom_sandbox.router import Route, find_route
from zoom_sandbox.scopes import check_scopes
from zoom_sandbox.times import format_time
from zoom_sandbox.validation import FORM, parse_body, parse_form, parse_query

API = "/v2"
ANSWER_HEADER = "x-sandbox-answer"  # `stateful`, or `schema` where no state stands behind the answer
MAX_RECORDED_REQUESTS = 10_000
MAX_RECORDED_FORM_BYTES = 4096  # bytes; a form may carry files of many megabytes
_SECRETS = frozenset({
    "access_token", "client_secret", "code", "code_verifier", "download_access_token", "refresh_token", "token",
})  # fmt: skip


class SandboxEngine:
    """A Zoom account in memory.

    `clock` gives epoch seconds; `seed` makes the ids and tokens of a run repeatable; `data` is a document of one's own
    data (see `seeding`); `world` holds the state. Raises Mistake for data that is wrong.
    """

    def __init__(
        self, options: SandboxOptions | None = None, clock: Clock = time.time, random_seed: int = 0, data: Any = None
    ) -> None:
        resources.load_operations()
        self.clock = OffsetClock(clock)
        self._seed, self._data = random_seed, data
        self.account = Account(options or SandboxOptions(), self.clock, IdGenerator(random_seed))
        self.faults = FaultList()
        self.base_url = "http://zoom.sandbox"
        self.on_change: Callable[[], None] = lambda: None
        self.lock = Lock()
        self._arrivals: deque[RecordedRequest] = deque(maxlen=MAX_RECORDED_REQUESTS)
        self._fill()

    def reset(self) -> None:
        """Make the account what it was at the start: data, tokens, clock, faults and requests."""
        with self.lock:
            self.clock.offset = 0.0
            self.clear_faults()
            self._arrivals.clear()
            self.account.restart(IdGenerator(self._seed))
            self._fill()
            self.on_change()

    def load_data(self, document: Any) -> None:
        """Add the data of a document. Raises Mistake with everything that is wrong in it."""
        with self.lock:
            data_loader.load_data(self, document)
            self.on_change()

    def run_operation(self, method: str, path: str, body: Any) -> Any:
        """Carry out an operation as the account itself; its payload. Raises Refusal. The caller holds the lock."""
        request = Request(method, path, body=json.dumps(body).encode())
        found = find_route(method, path)
        operation = find_operation(method, found.template)
        if operation is None:
            raise LookupError(f"The facts have no operation {method} {found.template}.")
        call = self._checked(operation, found.ids, request, self.base_url)
        play = HANDLERS.get((operation.method, operation.path))
        if play is None:
            raise ApiError(501, 501, f"The embedded Zoom keeps no state for {method} {operation.path}.")
        return play(call) or {}

    def set_clock(self, moment: float) -> None:
        """Make it another time, in epoch seconds; the clock goes on from there."""
        with self.lock:
            self.clock.set(moment)
            self.on_change()

    def get_state(self) -> dict[str, Any]:
        """What there is, in numbers."""
        with self.lock:
            setup, counts = self.account.options, dict[str, int]()
            for part in self.account.stores.values():
                counts.update(part.summary() if hasattr(part, "summary") else {})
            told: dict[str, Any] = {"account_id": setup.account_id, "plan": setup.plan or None, "strict": setup.strict}
            told["scopes"] = None if setup.scopes is None else list(setup.scopes)
            return {**told, "now": format_time(self.clock()), "requests": len(self._arrivals), "state": counts}

    def clear_requests(self) -> None:
        """Forget what arrived."""
        with self.lock:
            self._arrivals.clear()

    @property
    def requests(self) -> list[RecordedRequest]:
        """What arrived, the oldest first (the last 10,000)."""
        with self.lock:
            return list(self._arrivals)

    def issue_token(self, scopes: Collection[str] | None = None) -> str:
        """A fresh bearer token that ends no other: a short cut for tests. `scopes` None means those of the app."""
        with self.lock:
            return self.account.store(OAuth).issue_token("test", scopes=scopes)

    def add_fault(self, fault: Fault) -> Fault:
        """Set a fault; it lasts until `faults.clear()`. Raises Mistake (a ValueError) for a path of no operation."""
        fault.method, fault.path = parse_operation(f"{fault.method} {fault.path}")
        with self.lock:
            return self.faults.add(fault)

    def spoil(self, fault: Fault | DeliveryFault) -> None:
        """Make calls, or deliveries to webhooks, go wrong until `calm`."""
        if isinstance(fault, DeliveryFault):
            self.account.store(EventPublisher).add_fault(fault)
        else:
            self.add_fault(fault)

    def clear_faults(self) -> None:
        """Take all faults away, those of deliveries, too."""
        self.faults.clear()
        self.account.store(EventPublisher).clear_faults()

    def respond(self, request: Request) -> Response:
        """Answer one request. Never raises for what a client sends."""
        if request.path == admin.PREFIX or request.path.startswith(f"{admin.PREFIX}/"):
            return admin.respond(self, request)
        with self.lock:
            self._arrivals.append(_arrival(request))
            response = self._answer(request)
            if request.method != "GET":
                self.on_change()
            response.headers.setdefault("x-zm-trackingid", self.account.ids.next_tracking_id())
            response.headers.setdefault("date", formatdate(self.account.clock(), usegmt=True))
            return response

    def _answer(self, request: Request) -> Response:
        found = _find(request)
        template = found.template if isinstance(found, Route) else request.path.removeprefix(API)
        fault = self.faults.find_hit(request.method, template)
        if fault is not None and (response := fault.build_response(self.clock())) is not None:
            return response
        if fault is not None and fault.revoke_token:
            self.account.store(OAuth).revoke_token(request.headers.get("authorization", "").partition(" ")[2].strip())
        try:
            response = self._play(request, found)
        except ApiError as refusal:
            response = refusal.to_response()
        if fault is not None:
            fault.alter_response(request, response)
        return response

    def _fill(self) -> None:
        for part in SEEDED_STORES:
            self.account.store(part)
        add_numbered_conferences(self.account)
        data_loader.load_data(self, self._data)

    def _play(self, request: Request, found: Route | ApiError | None) -> Response:
        host = request.headers.get("host", "")
        base = f"http://{host}" if host else self.base_url
        if prefix := find_download_prefix(request.path):
            return self._serve(request, prefix)
        if found is None:
            return self.account.store(OAuth).respond(request, base)
        if isinstance(found, ApiError):
            raise found
        operation = find_operation(request.method, found.template)
        if operation is None:
            raise LookupError(f"The facts have no operation {request.method} {found.template}.")
        grant = self.account.store(OAuth).find_grant(request.headers.get("authorization", ""))
        if grant is None:
            raise invalid_token_error()
        check_scopes(operation, grant.scopes)
        headers = self.account.store(RateLimiter).count_call(operation)
        response = self._perform(operation, found.ids, request, base)
        response.headers.update(headers)
        return response

    def _serve(self, request: Request, prefix: str) -> Response:
        if request.method != "GET":
            raise ApiError(405, 405, f"The request method '{request.method}' is not supported here.")
        key, opens = unquote(request.path.removeprefix(prefix)), TOKEN_CHECKS.get(prefix)
        check_file_access(self.account, request, lambda token: opens is not None and opens(self.account, key, token))
        return DOWNLOADS[prefix](self.account, request, key)

    def _checked(self, operation: Operation, ids: Mapping[str, str], request: Request, base: str) -> OperationCall:
        given = dict(request.query)
        query = parse_query(operation, given)
        if operation.body_media_type == FORM:
            body, files = parse_form(operation, request.headers.get("content-type", ""), request.body)
        else:
            body, files = parse_body(operation, request.body), ()
        return OperationCall(self.account, operation, ids, query, given, body, base, files)

    def _perform(self, operation: Operation, ids: Mapping[str, str], request: Request, base: str) -> Response:
        call = self._checked(operation, ids, request, base)
        play = HANDLERS.get((operation.method, operation.path))
        if play is None:
            return self._unplayed(operation, CallerValues(ids, call.query, call.body))
        payload = self._counted(play, call)
        status = operation.success_statuses[0]
        response = Response(status) if payload is None else json_response(status, payload)
        response.headers[ANSWER_HEADER] = "stateful"
        return response

    def _counted(self, play: OperationHandler, call: OperationCall) -> Payload | None:
        """Play a call within the day's allowance of its host or registrant; one that is refused costs nothing."""
        if not self.account.options.plan:
            return play(call)
        limits, due = self.account.store(RateLimiter), find_charges(call)
        limits.check_quota(call.operation, due)
        payload = play(call)
        limits.use_quota(due)
        return payload

    def _unplayed(self, operation: Operation, given: CallerValues) -> Response:
        """The answer of an operation without state: its schema's, or 501 when only state shall answer."""
        if self.account.options.strict:
            sentence = f"The embedded Zoom keeps no state for {operation.method} {operation.path}."
            return json_response(501, {"code": 501, "message": sentence})
        response = build_example_response(operation, given)
        response.headers[ANSWER_HEADER] = "schema"
        return response


def _find(request: Request) -> Route | ApiError | None:
    """Where a request goes: a route of the API, a refusal, or None for OAuth."""
    if request.path.startswith("/oauth/"):
        return None
    try:
        if not request.path.startswith(f"{API}/"):
            raise ApiError(404, 2300, "This API endpoint is not recognized.")
        return find_route(request.method, request.path.removeprefix(API))
    except ApiError as refusal:
        return refusal


def _arrival(request: Request) -> RecordedRequest:
    headers = {name: value for name, value in request.headers.items() if name != "authorization"}
    query, body = request.query, request.body
    if find_download_prefix(request.path):
        query = _veiled(query)
    if headers.get("content-type", "").lower().startswith(FORM):
        body = body[:MAX_RECORDED_FORM_BYTES]
    if request.path.startswith("/oauth/"):
        query = _veiled(query)
        body = urlencode(_veiled(tuple(parse_qsl(body.decode("utf-8", "replace"))))).encode()
    return RecordedRequest(request.method, request.path, query, headers, body)


def _veiled(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, "***" if name in _SECRETS else value) for name, value in pairs)

"""Run one account in memory: `respond` answers every request to Zoom. One lock protects the state."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Collection
from email.utils import formatdate
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlencode

from zoom_facts import Operation, find_operation
from zoom_sandbox import data_loader, resources
from zoom_sandbox.account import Account, SandboxOptions
from zoom_sandbox.clock import Clock, OffsetClock
from zoom_sandbox.errors import ApiError, invalid_token_error
from zoom_sandbox.example_responses import CallerValues, build_example_response
from zoom_sandbox.faults import ApiFault, DeliveryFault, FaultList
from zoom_sandbox.file_access import check_file_access
from zoom_sandbox.forked_processes import ProcessLock
from zoom_sandbox.ids import IdGenerator
from zoom_sandbox.messages import RecordedRequest, Request, Response, json_response
from zoom_sandbox.oauth import OAuth
from zoom_sandbox.operations import Download, OperationCall, OperationHandler, Operations, Payload
from zoom_sandbox.quotas import find_charges
from zoom_sandbox.rate_limits import RateLimiter
from zoom_sandbox.resources.conferences.bulk import add_numbered_conferences
from zoom_sandbox.router import API_PREFIX, Route, find_route
from zoom_sandbox.scopes import check_scopes
from zoom_sandbox.spans import limit_span
from zoom_sandbox.times import format_time
from zoom_sandbox.validation import FORM, parse_body, parse_form, parse_query

ANSWER_HEADER = "x-sandbox-answer"  # `stateful`, or `schema` for an example without state
MAX_RECORDED_REQUESTS = 10_000
MAX_RECORDED_FORM_BYTES = 4096  # a form may carry files of many megabytes
_SECRETS = frozenset({
    "access_token", "client_secret", "code", "code_verifier", "download_access_token", "refresh_token", "token",
})  # fmt: skip
_AnyFault = TypeVar("_AnyFault", ApiFault, DeliveryFault, ApiFault | DeliveryFault)


class SandboxEngine:
    """Answer requests from one account in memory, without any I/O.

    `clock` returns epoch seconds; `random_seed` makes the ids and tokens of a run repeatable; `data` is a document for
    `data_loader`; `operations` are the operations with state, by default those of all resources; `account` holds the
    state. Raises SandboxInputError for problems in the data.
    """

    def __init__(
        self,
        options: SandboxOptions | None = None,
        clock: Clock = time.time,
        random_seed: int = 0,
        data: Any = None,
        operations: Operations | None = None,
    ) -> None:
        self.operations = resources.load_operations() if operations is None else operations
        self.clock = OffsetClock(clock)
        self._random_seed, self._data = random_seed, data
        self.account = Account(options or SandboxOptions(), self.clock, IdGenerator(random_seed))
        self.base_url = "http://zoom.sandbox"
        self.on_change: Callable[[], None] = lambda: None
        self.lock = ProcessLock()
        self._requests: deque[RecordedRequest] = deque(maxlen=MAX_RECORDED_REQUESTS)
        self._load_initial_data()

    @property
    def faults(self) -> FaultList:
        """Return the injected faults, the newest first."""
        return self.account.faults

    @property
    def requests(self) -> list[RecordedRequest]:
        """Return the recorded requests, the oldest first (the last 10,000)."""
        with self.lock:
            return list(self._requests)

    def reset(self) -> None:
        """Restore the account as it was at the start: data, tokens, clock, faults and recorded requests."""
        with self.lock:
            self.clock.offset = 0.0
            self.faults.restart()
            self._requests.clear()
            self.account.restart(IdGenerator(self._random_seed))
            self._load_initial_data()
            self.on_change()

    def load_data(self, document: Any) -> None:
        """Add the data of a document. Raises SandboxInputError with every problem of it."""
        with self.lock:
            data_loader.load_data(self, document)
            self.on_change()

    def run_operation(self, method: str, path: str, body: Any) -> Any:
        """Run an operation as the account itself, and return its payload. The caller holds the lock.

        Raises ApiError, also (501) for an operation without state.
        """
        request = Request(method, path, body=json.dumps(body).encode())
        route = find_route(method, path)
        operation = _get_operation(method, route)
        call = self._parse_call(operation, route, request, self.base_url)
        handler = self.operations.find_handler(operation)
        if handler is None:
            raise _no_state_error(operation)
        return handler(call) or {}

    def set_clock(self, now: float) -> None:
        """Set the account's time, in epoch seconds; the clock continues from there."""
        with self.lock:
            self.clock.set(now)
            self.on_change()

    def get_state(self) -> dict[str, Any]:
        """Return the account's options, its time, and its counts of objects."""
        with self.lock:
            options, counts = self.account.options, dict[str, int]()
            for store in self.account.stores.values():
                counts.update(store.summary() if hasattr(store, "summary") else {})
            return {
                "account_id": options.account_id,
                "plan": options.plan or None,
                "strict": options.strict,
                "scopes": None if options.scopes is None else list(options.scopes),
                "now": format_time(self.clock()),
                "requests": len(self._requests),
                "counts": counts,
            }

    def clear_requests(self) -> None:
        """Delete the recorded requests."""
        with self.lock:
            self._requests.clear()

    def issue_token(self, scopes: Collection[str] | None = None) -> str:
        """Return a new bearer token, with these scopes or the app's. Other tokens stay valid."""
        with self.lock:
            return self.account.store(OAuth).issue_token("test", scopes=scopes)

    def add_fault(self, fault: _AnyFault) -> _AnyFault:
        """Inject a fault, which lasts until `clear_faults`, and return it."""
        with self.lock:
            self.faults.add(fault)
        return fault

    def clear_faults(self) -> None:
        """Remove all injected faults."""
        with self.lock:
            self.faults.clear()

    def respond(self, request: Request) -> Response:
        """Return the response to one request. Never raises for anything that a client sends."""
        with self.lock:
            self._requests.append(_record_request(request, self.operations.find_download(request.path) is not None))
            response = self._respond_with_faults(request)
            if request.method != "GET":
                self.on_change()
            response.headers.setdefault("x-zm-trackingid", self.account.ids.next_tracking_id())
            response.headers.setdefault("date", formatdate(self.account.clock(), usegmt=True))
            return response

    def _respond_with_faults(self, request: Request) -> Response:
        route = _find_target(request)
        template = route.template if isinstance(route, Route) else request.path.removeprefix(API_PREFIX)
        fault = self.faults.find_hit(request.method, template)
        if fault is not None and (response := fault.build_response(self.clock())) is not None:
            return response
        if fault is not None and fault.revoke_token:
            token = request.headers.get("authorization", "").partition(" ")[2].strip()
            self.account.store(OAuth).revoke_token(token)
        try:
            response = self._respond_normally(request, route)
        except ApiError as error:
            response = error.to_response()
        if fault is not None:
            fault.alter_response(request, response)
        return response

    def _respond_normally(self, request: Request, route: Route | ApiError | None) -> Response:
        host = request.headers.get("host", "")
        base_url = f"http://{host}" if host else self.base_url
        if download := self.operations.find_download(request.path):
            return self._respond_with_file(request, download)
        if route is None:
            return self.account.store(OAuth).respond(request, base_url)
        if isinstance(route, ApiError):
            raise route
        operation = _get_operation(request.method, route)
        grant = self.account.store(OAuth).find_grant(request.headers.get("authorization", ""))
        if grant is None:
            raise invalid_token_error()
        check_scopes(operation, grant.scopes)
        headers = self.account.store(RateLimiter).count_call(operation)
        response = self._run(operation, route, request, base_url)
        response.headers.update(headers)
        return response

    def _respond_with_file(self, request: Request, download: Download) -> Response:
        if request.method != "GET":
            raise ApiError(405, 405, f"The request method '{request.method}' is not supported here.")
        key, accepts_token = unquote(request.path.removeprefix(download.prefix)), download.accepts_token
        check_file_access(
            self.account, request, lambda token: accepts_token is not None and accepts_token(self.account, key, token)
        )
        return download.handler(self.account, request, key)

    def _parse_call(self, operation: Operation, route: Route, request: Request, base_url: str) -> OperationCall:
        raw_query = dict(request.query)
        query = limit_span(operation, parse_query(operation, raw_query), self.account.now())
        if operation.body_media_type == FORM:
            body, files = parse_form(operation, request.headers.get("content-type", ""), request.body)
        else:
            body, files = parse_body(operation, request.body), ()
        return OperationCall(self.account, operation, route.ids, query, raw_query, body, base_url, files)

    def _run(self, operation: Operation, route: Route, request: Request, base_url: str) -> Response:
        call = self._parse_call(operation, route, request, base_url)
        handler = self.operations.find_handler(operation)
        if handler is None:
            return self._respond_without_state(operation, CallerValues(route.ids, call.query, call.body))
        payload = self._run_within_quota(handler, call)
        status = operation.success_statuses[0]
        response = Response(status) if payload is None else json_response(status, payload)
        response.headers[ANSWER_HEADER] = "stateful"
        return response

    def _run_within_quota(self, handler: OperationHandler, call: OperationCall) -> Payload | None:
        """Run a handler within the daily quota of its host or registrant. A call that fails uses no quota."""
        if not self.account.options.plan:
            return handler(call)
        limiter, charges = self.account.store(RateLimiter), find_charges(call)
        limiter.check_quota(call.operation, charges)
        payload = handler(call)
        limiter.use_quota(charges)
        return payload

    def _respond_without_state(self, operation: Operation, values: CallerValues) -> Response:
        """Return an example from the operation's schema, or 501 with the option `strict`."""
        if self.account.options.strict:
            raise _no_state_error(operation)
        response = build_example_response(operation, values)
        response.headers[ANSWER_HEADER] = "schema"
        return response

    def _load_initial_data(self) -> None:
        resources.create_seeded_stores(self.account)
        add_numbered_conferences(self.account)
        data_loader.load_data(self, self._data)


def _get_operation(method: str, route: Route) -> Operation:
    operation = find_operation(method, route.template)
    if operation is None:
        raise LookupError(f"The facts have no operation {method} {route.template}.")
    return operation


def _no_state_error(operation: Operation) -> ApiError:
    return ApiError(501, 501, f"The sandbox has no state for {operation.method} {operation.path}.")


def _find_target(request: Request) -> Route | ApiError | None:
    """Return the route of a request to the API, the error of one that has none, or None for OAuth."""
    if request.path.startswith("/oauth/"):
        return None
    try:
        if not request.path.startswith(f"{API_PREFIX}/"):
            raise ApiError(404, 2300, "This API endpoint is not recognized.")
        return find_route(request.method, request.path.removeprefix(API_PREFIX))
    except ApiError as error:
        return error


def _record_request(request: Request, is_download: bool) -> RecordedRequest:
    """Return what to record of a request: no Authorization header, no secrets, the first bytes of a form."""
    headers = {name: value for name, value in request.headers.items() if name != "authorization"}
    query, body = request.query, request.body
    if is_download:
        query = _mask_secrets(query)
    if headers.get("content-type", "").lower().startswith(FORM):
        body = body[:MAX_RECORDED_FORM_BYTES]
    if request.path.startswith("/oauth/"):
        query = _mask_secrets(query)
        body = urlencode(_mask_secrets(tuple(parse_qsl(body.decode("utf-8", "replace"))))).encode()
    return RecordedRequest(request.method, request.path, query, headers, body)


def _mask_secrets(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, "***" if name in _SECRETS else value) for name, value in pairs)

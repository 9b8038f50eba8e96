"""Execute the steps of a call on the calling thread, and adapt httpx. The driver for asyncio is `async_driver`.

httpx's transports are used without a client around them: redirects are never followed (a token goes to its own host
only), `.netrc` is not read, cookies are not stored, and a call costs about a fifth less. `client.network` finds the
proxy and the certificate authorities.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

import httpx

from zoom_component import __version__
from zoom_component.client.connections.urls import is_loopback_url
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.client.request.network_failures import Destination
from zoom_component.client.retry_log import log_retry
from zoom_component.client.transport.callers_transports import RefusingTransport, has_no_connections
from zoom_component.client.transport.exchange import Authorize, Count, Renew, Send, SendFailure, Sleep
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.forked_processes import ProcessLocal, abandon, registered
from zoom_component.messages import BoundRequest, Page, Reply

if TYPE_CHECKING:
    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.transport.daily_quota import DailyQuota

__all__ = [
    "TIMEOUT",
    "Advance",
    "Driver",
    "DriverContext",
    "Flow",
    "build_http_request",
    "build_reply",
    "build_send_failure",
    "create_transport",
    "get_network",
    "next_step",
]

Flow: TypeAlias = Generator[Any, Any, Any]
Advance: TypeAlias = Callable[[Any], Any]

TIMEOUT = 30.0
_DEFAULT_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"zoom-component/{__version__}",
}
_UNENCODED = "-._~:@!$'()*,;/?"
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
log = logging.getLogger("zoom_component.requests")


class DriverContext(ProcessLocal):
    """Hold what both drivers need: the connection, the timeout of an answer in seconds, and the daily quota, if any.

    `transport` is the caller's. Without it a pool of connections is created, and created anew in a forked child: two
    processes on one connection would get each other's answers.
    """

    def __init__(
        self, connection: Connection, transport: Any, *, timeout: float = TIMEOUT, daily_quota: DailyQuota | None = None
    ) -> None:
        self.connection = connection
        self._has_own_transport = transport is None
        self._transport = self._create_transport() if transport is None else transport
        self._base = httpx.URL(connection.base_url)
        self._timeout = timeout
        self._daily_quota = daily_quota
        if (use_timeout := getattr(connection, "use_timeout", None)) is not None:
            use_timeout(timeout)  # for the token requests of a connection that makes some
        registered.add(self)

    def _create_transport(self) -> Any:
        raise NotImplementedError

    def reset_after_fork(self) -> None:
        """Use a new pool of connections. Refuse calls if the caller's transport may hold connections of the parent."""
        if not self._has_own_transport and has_no_connections(self._transport):
            return
        abandon(self._transport)
        self._transport = RefusingTransport()
        if self._has_own_transport:
            self._transport = self._create_transport()

    def build_http_request(self, step: Send) -> httpx.Request:
        """Return the request of a step. It is logged, without its secrets, if the call asks for it."""
        if step.request.debug:
            from zoom_component.client.transport.redact import format_request

            log.info("%s", format_request(self.connection.base_url, step.request))
        return build_http_request(self._base, step.request, step.authorization, self._timeout)

    def count(self, step: Count) -> None:
        """Count one use of a daily quota, if quotas are counted."""
        if self._daily_quota is not None:
            self._daily_quota.count(step)

    def log_wait(self, step: Sleep) -> None:
        """Log that a request waits before it is sent again."""
        log_retry(step.request.method, step.request.path, step.cause, step.seconds, step.attempt, step.limit)

    def build_failure(self, step: Send, error: Exception) -> SendFailure:
        """Return why no complete answer arrived."""
        port = self._base.port or {"https": 443}.get(self._base.scheme, 80)
        proxy = getattr(self._transport, "proxy_address", "")
        destination = Destination(self._base.host, port, proxy, step.request.timeout or self._timeout)
        return build_send_failure(error, destination)


class Driver(DriverContext):
    """Execute steps on the calling thread."""

    def __init__(
        self,
        connection: Connection,
        transport: httpx.BaseTransport | None = None,
        *,
        timeout: float = TIMEOUT,
        daily_quota: DailyQuota | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(connection, transport, timeout=timeout, daily_quota=daily_quota)
        self._sleep = sleep

    def _create_transport(self) -> httpx.BaseTransport:
        return create_transport(self.connection.base_url, get_network(self.connection))

    def run(self, flow: Flow) -> Any:
        """Execute the steps of a flow to its end, and return its result."""
        advance: Advance = flow.send
        outcome: Any = None
        try:
            while True:
                step = advance(outcome)
                try:
                    advance, outcome = flow.send, self._execute(step)
                except ComponentError as error:
                    advance, outcome = flow.throw, error
        except StopIteration as stop:
            return stop.value

    def stream(self, flow: Flow) -> Iterator[Page]:
        """Execute the steps of a flow, and yield each page as it arrives."""
        advance: Advance = flow.send
        outcome: Any = None
        with closing(flow):
            while (step := next_step(advance, outcome)) is not None:
                advance, outcome = flow.send, None
                if type(step) is Page:
                    yield step
                    continue
                try:
                    outcome = self._execute(step)
                except ComponentError as error:
                    advance, outcome = flow.throw, error

    def _execute(self, step: Any) -> Any:
        if type(step) is Send:
            return self._send(step)
        if type(step) is Sleep:
            self.log_wait(step)
            return self._sleep(step.seconds)
        if type(step) is Renew:
            return self.connection.renew(step.rejected)
        if type(step) is Count:
            return self.count(step)
        assert type(step) is Authorize
        return self.connection.authorize()

    def _send(self, step: Send) -> Reply | SendFailure:
        deadline = time.monotonic() + (step.request.timeout or self._timeout)
        try:
            response = self._transport.handle_request(self.build_http_request(step))
            try:
                body = _read_body(response, deadline)
            finally:
                response.close()
        except httpx.HTTPError as error:
            return self.build_failure(step, error)
        if body is None:
            return self.build_failure(step, httpx.ReadTimeout("the answer did not end in time"))
        reply = build_reply(response, body)
        if self._daily_quota is not None and (names := self._daily_quota.find_new_names(step.request, reply)):
            self._daily_quota.learn(names)
        return reply

    def close(self) -> None:
        """Close the pool of connections, and the connection."""
        self._transport.close()
        self.connection.close()


def next_step(advance: Advance, outcome: Any) -> Any:
    """Return the next step of a flow; None at its end."""
    try:
        return advance(outcome)
    except StopIteration:
        return None


def _read_body(response: httpx.Response, deadline: float) -> bytes | None:
    """Return the whole body; None if it does not end in time. httpx limits each read, but not the sum of them."""
    chunks: list[bytes] = []
    for chunk in response.iter_bytes():
        chunks.append(chunk)
        if time.monotonic() > deadline:
            return None
    return b"".join(chunks)


def get_network(connection: Connection) -> NetworkSettings:
    """Return the network settings of a connection. Without any, the environment decides."""
    return getattr(connection, "network", None) or NetworkSettings()


def create_transport(
    base_url: str, network: NetworkSettings | None = None, *, connections: int = 20
) -> httpx.BaseTransport:
    """Return a pool of connections to one host. Raises InputError for invalid settings of the network."""
    if is_plain_loopback(base_url):
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        return httpx.HTTPTransport(verify=False, trust_env=False, limits=limits)
    from zoom_component.client.network import transports

    return transports.create_transport(base_url, network or NetworkSettings(), connections=connections)


def is_plain_loopback(url: str) -> bool:
    """Return whether a URL needs neither a proxy nor TLS, so that nothing about the network has to be read."""
    return url.startswith("http://") and is_loopback_url(url)


def build_http_request(base: httpx.URL, request: BoundRequest, authorization: str, timeout: float) -> httpx.Request:
    """Return the request for httpx. The path is escaped already and is sent as it is.

    `timeout` is in seconds. Raises InputError for a URL that httpx cannot send.
    """
    target = f"{base.raw_path.decode('ascii').rstrip('/')}{request.path}"
    if request.query:
        pairs = (f"{quote(name, safe=_UNENCODED)}={quote(value, safe=_UNENCODED)}" for name, value in request.query)
        target = f"{target}?{'&'.join(pairs)}"
    headers = _DEFAULT_HEADERS
    if request.headers:
        names = {name.lower() for name in request.headers}
        headers = {name: text for name, text in headers.items() if name.lower() not in names} | {**request.headers}
    headers = {**headers, "Authorization": authorization}
    limit = request.timeout or timeout
    timeouts = {"connect": limit, "read": limit, "write": limit, "pool": limit}
    try:
        url = base.copy_with(raw_path=target.encode("ascii"))
    except httpx.InvalidURL as error:
        raise InputError([Problem("", f"the URL cannot be sent: {error}. Use shorter values")]) from None
    return httpx.Request(
        request.method, url, headers=headers, extensions={"timeout": timeouts}, **_build_content(request, headers)
    )


def build_reply(response: httpx.Response, body: bytes) -> Reply:
    """Return an answer with its body and lower-case header names."""
    return Reply(response.status_code, dict(response.headers.items()), body)


def build_send_failure(error: Exception, destination: Destination) -> SendFailure:
    """Return the kind of a failure, its text and why it happened. httpx puts no headers into its texts."""
    from zoom_component.client.request.network_failures import explain_failure

    text, explanation = f"{type(error).__name__}: {error}", explain_failure(error, destination)
    if isinstance(error, _NOT_SENT):
        return SendFailure("connect", text, explanation)
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return SendFailure("timeout", text, explanation)
    return SendFailure("broken", text, explanation)


def _build_content(request: BoundRequest, headers: dict[str, str]) -> Mapping[str, Any]:
    if request.files or request.form:
        files: list[tuple[str, Any]] = [
            (part.field, (part.name, part.content, part.media_type)) for part in request.files
        ]
        files += [(name, (None, value)) for name, value in request.form]
        return {"files": files}
    if request.content is not None:
        return {"content": request.content}
    if request.body is None:
        return {}
    if not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    text = json.dumps(request.body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return {"content": text.encode()}

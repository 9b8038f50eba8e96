"""Adapt httpx's transports: those that callers bring, and one for test tools that record or replace exchanges."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import NoReturn

import httpx

from zoom_component.client.network.answer_reader import join_body
from zoom_component.client.network.deadline_sockets import Deadline
from zoom_component.client.network.exchange_limits import check_time
from zoom_component.client.network.httpcore_transports import PHASE_MARGIN
from zoom_component.client.network.request_writer import EncodedRequest, Origin
from zoom_component.client.network.send_errors import ReadTimeout, SendError, convert_error
from zoom_component.client.network.transports import Transport
from zoom_component.client.request.bodies import MAX_BODY_BYTES, unpack_body
from zoom_component.messages import Reply

__all__ = ["AsyncHttpxTransport", "HttpxTransport", "OwnTransport"]

_DEFAULT_TIMEOUT = 30.0


class HttpxTransport:
    """Send requests over a synchronous transport of httpx."""

    def __init__(self, origin: Origin, inner: httpx.BaseTransport) -> None:
        self.inner = inner
        self.proxy_address = str(getattr(inner, "proxy_address", ""))
        self._url = httpx.URL(origin.url)

    def send(self, request: EncodedRequest, deadline: Deadline, limit: int) -> Reply:
        """Return the answer to a request, as `ConnectionPool.send` does."""
        try:
            response = self.inner.handle_request(_build_request(self._url, request, deadline, limit))
            try:
                if response.is_stream_consumed:  # it was in memory from the start
                    return _build_reply(response, response.content)
                return _read_parts(response, check_time(response.iter_raw(), deadline), limit)
            finally:
                response.close()
        except httpx.HTTPError as error:
            _raise_converted(error)

    def close(self) -> None:
        """Close the transport."""
        self.inner.close()


class AsyncHttpxTransport:
    """Send requests over a transport of httpx for asyncio."""

    def __init__(self, origin: Origin, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.proxy_address = str(getattr(inner, "proxy_address", ""))
        self._url = httpx.URL(origin.url)

    async def send(self, request: EncodedRequest, seconds: float, limit: int) -> Reply:
        """Return the answer to a request within seconds, as `AsyncConnectionPool.send` does."""
        try:
            async with asyncio.timeout(seconds + PHASE_MARGIN):
                response = await self.inner.handle_async_request(_build_request(self._url, request, seconds, limit))
                try:
                    if response.is_stream_consumed:
                        return _build_reply(response, response.content)
                    chunks, size = [], 0
                    async for chunk in response.aiter_raw():
                        chunks.append(chunk)
                        size += len(chunk)
                        if size > limit:
                            break
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise ReadTimeout("the answer did not end in time") from error
        except httpx.HTTPError as error:
            _raise_converted(error)
        return _read_parts(response, chunks, limit)

    async def aclose(self) -> None:
        """Close the transport."""
        await self.inner.aclose()


class OwnTransport(httpx.BaseTransport):
    """Offer a transport of this package as one of httpx, for what records the requests and answers of a session."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.proxy_address = inner.proxy_address

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return its whole answer. Raise the errors of httpx, and BodyRefused."""
        seconds = request.extensions.get("timeout", {}).get("read") or _DEFAULT_TIMEOUT
        deadline = seconds if isinstance(seconds, Deadline) else Deadline.start(seconds)
        sent = {name: text for name, text in request.headers.items() if name not in ("host", "content-length")}
        encoded = EncodedRequest(request.method, request.url.raw_path.decode("ascii"), sent, request.read())
        try:
            reply = self._inner.send(encoded, deadline, request.extensions.get("max_answer_bytes", MAX_BODY_BYTES))
        except SendError as error:
            name = type(error).__name__.replace("ProxyRefused", "ProxyError")
            kind: type[httpx.TransportError] = getattr(httpx, name, httpx.ReadError)
            raise kind(str(error), request=request) from error
        unpacked = ("content-encoding", "content-length", "transfer-encoding")
        headers = {name: text for name, text in reply.headers.items() if name not in unpacked}
        return httpx.Response(reply.status, headers=headers, content=reply.body, request=request)

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


def _build_request(base: httpx.URL, request: EncodedRequest, timeout: float, limit: int) -> httpx.Request:
    return httpx.Request(
        request.method,
        base.copy_with(raw_path=request.target.encode("ascii")),
        headers=request.headers,
        content=request.body or None,
        extensions={
            "timeout": dict.fromkeys(("connect", "read", "write", "pool"), timeout),
            "max_answer_bytes": limit,
        },
    )


def _build_reply(response: httpx.Response, body: bytes) -> Reply:
    return Reply(response.status_code, dict(response.headers.items()), body)


def _read_parts(response: httpx.Response, chunks: Iterable[bytes], limit: int) -> Reply:
    if encoding := response.headers.get("content-encoding"):
        chunks = unpack_body(chunks, encoding)
    return _build_reply(response, join_body(chunks, limit))


def _raise_converted(error: httpx.HTTPError) -> NoReturn:
    raise convert_error(error) or error from error

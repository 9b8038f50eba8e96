"""Send requests over pools of httpcore: through a proxy, and where a test tool has replaced httpcore."""

from __future__ import annotations

import asyncio
from typing import Any

import httpcore

from zoom_component.client.network.answer_reader import join_body, read_headers
from zoom_component.client.network.deadline_sockets import Deadline
from zoom_component.client.network.exchange_limits import check_time
from zoom_component.client.network.request_writer import EncodedRequest, Origin, has_length
from zoom_component.client.network.send_errors import ReadTimeout, convert_error
from zoom_component.client.request.bodies import unpack_body
from zoom_component.messages import Reply

__all__ = ["PHASE_MARGIN", "AsyncHttpcoreTransport", "HttpcoreTransport"]

# A pool limits each phase, and so knows in which one the time ran out. The limit of the whole must come after it.
PHASE_MARGIN = 0.1


class HttpcoreTransport:
    """Send requests over a pool of httpcore. `proxy_address` is the host and port of its proxy, "" for none."""

    def __init__(self, origin: Origin, pool: httpcore.ConnectionPool, proxy_address: str = "") -> None:
        self._origin = origin
        self._pool = pool
        self.proxy_address = proxy_address

    def send(self, request: EncodedRequest, deadline: Deadline, limit: int) -> Reply:
        """Return the answer to a request, as `ConnectionPool.send` does."""
        try:
            response = self._pool.handle_request(_build_request(self._origin, request, deadline))
            try:
                return _read_parts(response, check_time(response.iter_stream(), deadline), limit)
            finally:
                response.close()
        except Exception as error:
            raise convert_error(error) or error from error

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class AsyncHttpcoreTransport:
    """Send requests over a pool of httpcore for asyncio."""

    def __init__(self, origin: Origin, pool: httpcore.AsyncConnectionPool, proxy_address: str = "") -> None:
        self._origin = origin
        self._pool = pool
        self.proxy_address = proxy_address

    async def send(self, request: EncodedRequest, seconds: float, limit: int) -> Reply:
        """Return the answer to a request within seconds, as `AsyncConnectionPool.send` does."""
        try:
            async with asyncio.timeout(seconds + PHASE_MARGIN):
                response = await self._pool.handle_async_request(_build_request(self._origin, request, seconds))
                try:
                    chunks, size = [], 0
                    async for chunk in response.aiter_stream():
                        chunks.append(chunk)
                        size += len(chunk)
                        if size > limit:
                            break
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise ReadTimeout("the answer did not end in time") from error
        except Exception as error:
            raise convert_error(error) or error from error
        return _read_parts(response, chunks, limit)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


def _build_request(origin: Origin, request: EncodedRequest, timeout: float) -> httpcore.Request:
    headers = [("Host", origin.authority), *request.headers.items()]
    if has_length(request):
        headers.append(("Content-Length", str(len(request.body))))
    return httpcore.Request(
        request.method,
        httpcore.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=request.target),
        headers=headers,
        content=request.body,
        extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), timeout)},
    )


def _read_parts(response: httpcore.Response, chunks: Any, limit: int) -> Reply:
    headers = read_headers(response.headers)
    if encoding := headers.get("content-encoding"):
        chunks = unpack_body(chunks, encoding)
    return Reply(response.status, headers, join_body(chunks, limit))

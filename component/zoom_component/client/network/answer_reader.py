"""Read one answer of HTTP/1.1 from bytes as they come. No I/O; httptools parses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import httptools

from zoom_component.client.network.send_errors import RemoteProtocolError
from zoom_component.client.request.bodies import BodyRefused, unpack_body
from zoom_component.messages import Reply

__all__ = ["AnswerReader", "join_body", "read_headers"]

_MAX_HEAD_BYTES = 131_072  # of the heads of an answer and of the interim answers before it


class AnswerReader:
    """Collect an answer to a request of a method, with a body of at most `limit` bytes.

    `is_complete` is True once it is whole, and `can_reuse` if its connection may carry another request.
    """

    __slots__ = ("_body", "_head_bytes", "_headers", "_is_head_request", "_limit", "_parser", "_size", "can_reuse",
                 "is_complete", "status")  # fmt: skip

    def __init__(self, method: str, limit: int) -> None:
        self._is_head_request = method == "HEAD"
        self._limit = limit
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._size = self._head_bytes = self.status = 0
        self.is_complete = self.can_reuse = False
        self._parser: httptools.HttpResponseParser | None = httptools.HttpResponseParser(self)

    def feed(self, data: bytes) -> bool:
        """Read more bytes, b"" at the end of the connection. Return whether the answer is complete.

        Raise RemoteProtocolError for bytes that are not HTTP, and BodyRefused for too large a body.
        """
        parser = self._parser
        assert parser is not None
        if not data:
            self._end()
            return True
        if not self.status:
            self._head_bytes += len(data)
        try:
            parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(error)
        except httptools.HttpParserUpgrade:
            raise RemoteProtocolError("expected an answer, got another protocol") from None
        if self.is_complete:
            self._parser = None  # the two would wait for the garbage collector
            return True
        if self._head_bytes > _MAX_HEAD_BYTES and not self.status:
            raise RemoteProtocolError(f"expected a head of at most {_MAX_HEAD_BYTES:,} bytes, got more")
        return False

    def build_reply(self) -> Reply:
        """Return the answer, with its body unpacked. Raise BodyRefused."""
        headers = read_headers(self._headers)
        if encoding := headers.get("content-encoding"):
            return Reply(self.status, headers, join_body(unpack_body(self._body, encoding), self._limit))
        body = self._body
        return Reply(self.status, headers, body[0] if len(body) == 1 else b"".join(body))

    def on_message_begin(self) -> None:
        """Refuse what follows the answer."""
        if self.is_complete:
            self.can_reuse = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header."""
        if not self.is_complete:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Drop the head of an interim answer; end an answer that has a head only."""
        if self.is_complete:
            return
        assert self._parser is not None
        status = self._parser.get_status_code()
        if 100 <= status < 200:
            if status == 101:
                raise RemoteProtocolError("expected an answer, got another protocol")
            self._headers.clear()
            return
        self.status = status
        if self._is_head_request:
            self.is_complete = True  # what the parser would wait for does not come; the connection is not used again

    def on_body(self, data: bytes) -> None:
        """Add a part of the body."""
        if self.is_complete:
            return
        self._size += len(data)
        if self._size > self._limit:
            raise BodyRefused(f"expected at most {self._limit:,} bytes, got more; use a larger limit or smaller pages")
        self._body.append(data)

    def on_message_complete(self) -> None:
        """End the answer, if it is not an interim one."""
        if self.status and not self.is_complete:
            assert self._parser is not None
            self.is_complete = True
            self.can_reuse = self._parser.should_keep_alive()

    def _end(self) -> None:
        """End an answer whose body lasts as long as its connection. Raise RemoteProtocolError for any other."""
        self._parser = None
        if not self.status:
            raise RemoteProtocolError("Server disconnected without sending a response.")
        names = {name.lower() for name, _ in self._headers}
        if b"content-length" in names or b"transfer-encoding" in names:
            raise RemoteProtocolError("peer closed connection without sending complete message body")
        self.is_complete = True

    def _fail(self, error: httptools.HttpParserError) -> None:
        """Raise what a callback raised, or else RemoteProtocolError."""
        cause = error.__context__
        if isinstance(cause, BodyRefused | RemoteProtocolError):
            raise cause from None
        if not self.is_complete:  # else it is about what follows the answer
            raise RemoteProtocolError(f"{type(error).__name__}: {error}"[:200]) from error
        self.can_reuse = False


def read_headers(pairs: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str]:
    """Return headers with lower-case names; the values of one name are joined with ", "."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name = raw_name.decode("latin-1").lower()
        try:
            value = raw_value.decode()
        except UnicodeDecodeError:
            value = raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def join_body(chunks: Iterable[bytes], limit: int) -> bytes:
    """Return the body. Raise BodyRefused as soon as more than `limit` bytes have come."""
    parts, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise BodyRefused(f"expected at most {limit:,} bytes, got more; use a larger limit or smaller pages")
        parts.append(chunk)
    return parts[0] if len(parts) == 1 else b"".join(parts)

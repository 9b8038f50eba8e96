"""Test how answers are read from bytes, in any pieces. h11 is the judge of what an answer is.

No sandbox: these tests are about bytes.
"""

from __future__ import annotations

import gzip

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.client.network.answer_reader import AnswerReader, read_headers
from zoom_component.client.network.send_errors import RemoteProtocolError
from zoom_component.client.request.bodies import BodyRefused
from zoom_component.messages import Reply

LIMIT = 100_000


def read(data: bytes, method: str = "GET", step: int = 0, limit: int = LIMIT) -> tuple[Reply, bool]:
    """Return what a reader makes of an answer in pieces, and whether its connection may be used again."""
    reader = AnswerReader(method, limit)
    pieces = [data[at : at + step] for at in range(0, len(data), step)] if step else [data]
    if not any(reader.feed(piece) for piece in pieces):
        reader.feed(b"")
    return reader.build_reply(), reader.can_reuse


def read_with_h11(data: bytes, method: str = "GET") -> tuple[int, bytes]:
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method=method, target="/", headers=[("host", "zoom.test")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(data)
    connection.receive_data(b"")
    status, body = 0, b""
    while not isinstance(event := connection.next_event(), h11.EndOfMessage | h11.ConnectionClosed):
        if isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
    return status, body


def chunk(body: bytes, sizes: list[int]) -> bytes:
    parts, at = [], 0
    for size in [*sizes, len(body)]:
        if part := body[at : at + size]:
            parts.append(b"%x\r\n%b\r\n" % (len(part), part))
        at += size
    return b"".join([*parts, b"0\r\n\r\n"])


BODIES = st.binary(max_size=300)
INTERIM = st.sampled_from([b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"])


@given(BODIES, st.sampled_from([200, 201, 400, 429, 500]), INTERIM, st.lists(st.integers(1, 90), max_size=5),
       st.sampled_from(["length", "chunked", "close"]), st.integers(0, 40))  # fmt: skip
def test_an_answer_is_the_same_in_any_pieces(
    body: bytes, status: int, interim: bytes, sizes: list[int], framing: str, step: int
) -> None:
    head = b"HTTP/1.1 %d Reason\r\nX-A: b\r\n" % status
    content = {
        "length": b"content-length: %d\r\n\r\n%b" % (len(body), body),
        "chunked": b"transfer-encoding: chunked\r\n\r\n" + chunk(body, sizes),
        "close": b"connection: close\r\n\r\n" + body,
    }[framing]
    answer = interim + head + content
    reply, can_reuse = read(answer, step=step)
    assert (reply.status, reply.body) == (status, body) == read_with_h11(answer)
    assert reply.headers["x-a"] == "b"
    assert "link" not in reply.headers
    assert can_reuse is (framing != "close")


@given(st.binary(max_size=200), st.integers(0, 20))
def test_any_bytes_are_an_answer_or_refused(data: bytes, step: int) -> None:
    try:
        reply, _ = read(b"HTTP/1.1 " + data, step=step)
    except (RemoteProtocolError, BodyRefused):
        return
    assert reply.status >= 200


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_ends_with_its_head(status: int) -> None:
    reply, can_reuse = read(b"HTTP/1.1 %d x\r\ncontent-length: 5\r\n\r\n" % status if status == 304 else
                            b"HTTP/1.1 204 x\r\n\r\n")  # fmt: skip
    assert (reply.status, reply.body, can_reuse) == (status, b"", True)


def test_an_answer_to_head_has_no_body_and_ends_its_connection() -> None:
    reply, can_reuse = read(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", "HEAD")
    assert (reply.status, reply.headers["content-length"], reply.body, can_reuse) == (200, "5", b"", False)


@pytest.mark.parametrize("surplus", [b"x", b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", b"\x00" * 20])
@pytest.mark.parametrize("connection", ["keep-alive", "close"])
def test_what_follows_an_answer_is_not_part_of_it_and_ends_its_connection(surplus: bytes, connection: str) -> None:
    answer = f"HTTP/1.1 200 OK\r\nconnection: {connection}\r\ncontent-length: 2\r\n\r\n{{}}".encode()
    reply, can_reuse = read(answer + surplus)
    assert (reply.status, reply.body, can_reuse) == (200, b"{}", False)


@pytest.mark.parametrize(
    "head",
    [
        b"nonsense\r\n\r\n", b"HTTP/2 200 OK\r\n\r\n", b"HTTP/1.1 x OK\r\n\r\n", b"<html>\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 1x\r\n\r\na",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n", b"HTTP/1.1 200 OK\r\na: \x00\r\n\r\n",
        b"HTTP/1.1 200 OK\r\na b: c\r\n\r\n", b"HTTP/1.1 200 OK\r\n: c\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
        b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\na", b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nab", b"HTTP/1.1 200 OK\r\nx: " + b"a" * 200_000,
    ],
    ids=range(19),
)  # fmt: skip
@pytest.mark.parametrize("step", [0, 1, 1000])
def test_what_is_not_a_whole_answer_is_refused(head: bytes, step: int) -> None:
    with pytest.raises(RemoteProtocolError):
        read(head, step=step if len(head) < 1000 else 1000)


@pytest.mark.parametrize("framing", ["content-length: 11", "transfer-encoding: chunked", "connection: close"])
@pytest.mark.parametrize("step", [0, 1])
def test_a_body_beyond_the_limit_is_refused(framing: str, step: int) -> None:
    body = b"0123456789a"
    data = chunk(body, [3]) if "chunked" in framing else body
    answer = f"HTTP/1.1 200 OK\r\n{framing}\r\n\r\n".encode() + data
    assert read(answer, step=step, limit=11)[0].body == body
    with pytest.raises(BodyRefused, match="at most 10 bytes"):
        read(answer, step=step, limit=10)


def test_a_packed_body_is_unpacked_within_the_limit() -> None:
    body = gzip.compress(b"a" * 50_000)
    answer = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
    assert read(answer)[0].body == b"a" * 50_000
    with pytest.raises(BodyRefused, match="at most 40,000 bytes"):
        read(answer, limit=40_000)


def test_headers_of_one_name_are_joined_and_may_hold_any_bytes() -> None:
    pairs = [(b"Set-Cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"X-Name", "ü".encode()), (b"X-Old", b"\xfc")]
    assert read_headers(pairs) == {"set-cookie": "a=1, b=2", "x-name": "ü", "x-old": "ü"}

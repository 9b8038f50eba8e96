"""Generate deliveries from a seed: unusual ones with a valid signature, forged ones, and malformed requests.

The expected status of each is computed here, independently of the code under test.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.support.deliveries import NOW, SECRET

WINDOW, MAX_BODY_BYTES, MAX_HEADERS = 5400, 20_000, 60
Pairs = list[tuple[bytes, bytes]]

# Each is an event that Zoom could sign.
SHAPES: dict[str, bytes] = {
    "plain": b'{"event":"meeting.started","event_ts":%d,"payload":{"account_id":"A","object":{"id":"1"}}}',
    "pretty": b'{\r\n  "event" : "meeting.ended",\r\n\t"event_ts": %d,\n "payload": { "object": { "id": 85 } }\n}\n',
    "bom": b'\xef\xbb\xbf{"event":"user.created","event_ts":%d}',
    "escapes": b'{"\\u0065vent":"meeting\\u002eended","event_ts":%d,"payload":{"object":{"id":"\\u00fc\\/"}}}',
    "half a pair": b'{"event":"meeting.\\ud800","event_ts":%d,"payload":{"object":{"id":"\\udfff\\u0000"}}}',
    "1.0": b'{"event":"meeting.started","event_ts":%d.0,"payload":{"object":{"duration":1.0}}}',
    "1e3": b'{"event":"meeting.started","event_ts":%d,"payload":{"object":{"duration":1e3,"x":1E-400,"y":-0}}}',
    "duplicate keys": b'{"event":"a.b","event_ts":%d,"event":"meeting.started","payload":{"object":{"id":1,"id":2}}}',
    "non-ascii": '{"event":"meeting.started","event_ts":%d,"payload":{"object":{"topic":"Größe 日本 🎥"}}}'.encode(),
    "utf-16": '{"event":"meeting.started","event_ts":%d}'.encode("utf-16-le").replace(b"%\0d\0", b"%d"),
    "large number": b'{"event":"meeting.started","event_ts":%d' + b"7" * 400 + b"}",
    "larger number": b'{"event":"meeting.started","event_ts":%d,"payload":{"object":{"id":' + b"7" * 5000 + b"}}}",
    "deep": b'{"event":"meeting.started","event_ts":%d,"payload":' + b"[" * 200 + b"]" * 200 + b"}",
    "long name": b'{"event":"' + b"x" * 9000 + b'","event_ts":%d}',
    "other types": b'{"event":"meeting.started","event_ts":%d,"payload":[1,2,{}]}',
}
# Signed JSON, but without the name of an event.
NOT_EVENTS = (
    b'{"event_ts":%d}', b'{"event":["x"],"event_ts":%d}', b'{"event":"","event_ts":%d}', b'{"event":" \\t","x":%d}',
    b'{"event":null,"x":%d}', b'{"event":%d}', b'{"event":true,"x":%d}', b'{"a":"b%d"}', b"[%d]", b"%d", b'"%d"',
    b"null", b"{}", b"[]", b'""', b"true", b'{"Event":"meeting.started","x":%d}',
    b'[{"event":"meeting.started","event_ts":%d}]',
)  # fmt: skip
# Signed, but not JSON.
NOT_JSON = (b"", b"hello %d", b"{'event': %d}", b'{"event":%d', b"\xff\xfe\xfd%d", b"NaN", b"[" * 3000, b'{"a":%d}x')


class MalformedRequest(NamedTuple):
    """Hold a request in pieces, and its allowed statuses: none if the sender disconnects early."""

    what: str
    method: str
    path: str
    headers: Pairs
    pieces: list[bytes]
    statuses: tuple[int, ...]


def fill_shape(shape: bytes, number: int) -> bytes:
    """Return a shape as an event with its own number."""
    digits = str(number).encode()
    if b"\0" in shape[:4]:
        digits = digits.decode().encode("utf-16-le")
    return shape.replace(b"%d", digits)


def sign_headers(body: bytes, stamp: str, secret: str = SECRET) -> Pairs:
    """Return the signature headers of a delivery."""
    signature = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return [(b"x-zm-request-timestamp", stamp.encode()), (b"x-zm-signature", f"v0={signature}".encode())]


def is_build_genuine(headers: Pairs, body: bytes) -> bool:
    """Return whether the signature is valid and recent, with each header exactly once in Zoom's format."""
    stamps = [value for name, value in headers if name.lower() == b"x-zm-request-timestamp"]
    signatures = [value for name, value in headers if name.lower() == b"x-zm-signature"]
    if len(stamps) != 1 or len(signatures) != 1 or not stamps[0].isdigit() or len(stamps[0]) > 12:
        return False
    expected = sign_headers(body, stamps[0].decode())[1][1]
    return signatures[0] == expected and abs(int(stamps[0]) - NOW) <= WINDOW


def generate_requests(seed: int, count: int) -> Iterator[MalformedRequest]:
    """Yield `count` requests, a third of them genuine."""
    rng = random.Random(seed)
    for number in range(count):
        yield _BUILDERS[rng.choices(range(len(_BUILDERS)), _SHARES)[0]](rng, number)


def _build_genuine(rng: random.Random, number: int) -> MalformedRequest:
    name = rng.choice(list(SHAPES))
    body = fill_shape(SHAPES[name], NOW * 1000 + number)
    stamp = str(NOW + rng.choice([0, -WINDOW, WINDOW, rng.randint(-WINDOW, WINDOW)]))
    return MalformedRequest(name, "POST", "/", _add_headers(rng, sign_headers(body, stamp)), _split(rng, body), (200,))


def _build_not_json(rng: random.Random, number: int) -> MalformedRequest:
    body = rng.choice(NOT_JSON + NOT_EVENTS).replace(b"%d", str(number).encode())
    return MalformedRequest("no event", "POST", "/", sign_headers(body, str(NOW)), _split(rng, body), (400,))


def _build_validation(rng: random.Random, number: int) -> MalformedRequest:
    token = rng.choice(["abc", "x" * 1024, "ü", "x" * 1025, "", " ", "v0:1:x", 7, None, ["a"], "\ud800"])
    body = json.dumps({"event": "endpoint.url_validation", "event_ts": NOW, "payload": {"plainToken": token}}).encode()
    status = 200 if token in ("abc", "x" * 1024, "ü") else 400
    return MalformedRequest("validation", "POST", "/", sign_headers(body, str(NOW)), [body], (status,))


def _build_forged(rng: random.Random, number: int) -> MalformedRequest:
    """Return a genuine delivery with one change."""
    body = fill_shape(rng.choice(list(SHAPES.values())), NOW * 1000 + number)
    headers = sign_headers(body, str(NOW))
    headers, body = rng.choice(_CHANGES)(rng, headers, body)
    statuses = (200,) if is_build_genuine(headers, body) else (401,)
    return MalformedRequest("forged", "POST", "/", _add_headers(rng, headers), _split(rng, body), statuses)


def _build_malformed(rng: random.Random, number: int) -> MalformedRequest:
    """Return a genuine delivery in a request that is refused for its form."""
    body = fill_shape(SHAPES["plain"], NOW * 1000 + number)
    headers = sign_headers(body, str(NOW))
    made = MalformedRequest("broken", "POST", "/", headers, [body], (200,))
    large = body + b" " * MAX_BODY_BYTES
    choices = (
        made._replace(method=rng.choice(["GET", "PUT", "HEAD", "OPTIONS", "POSTER", ""]), statuses=(405,)),
        made._replace(path=rng.choice(["/x", "//", "/..", "/%2e", "/\0", "/" + "a" * 9000]), statuses=(404, 200)),
        made._replace(headers=headers + [(b"x-%d" % at, b"") for at in range(MAX_HEADERS)], statuses=(431,)),
        made._replace(headers=[*headers, (b"x", b"y" * 40_000)], statuses=(431,)),
        made._replace(headers=[*headers, (b"content-encoding", b"gzip")], statuses=(415,)),
        made._replace(headers=[*headers, (b"content-length", b"9" * rng.randint(6, 40))], statuses=(413,)),
        made._replace(headers=sign_headers(large, str(NOW)), pieces=_split(rng, large), statuses=(413,)),
        made._replace(pieces=_split(rng, body)[: rng.randint(0, 2)], statuses=()),
    )
    return rng.choice(choices)


_BUILDERS = (_build_genuine, _build_not_json, _build_validation, _build_forged, _build_malformed)
_SHARES = (35, 5, 5, 45, 10)


def _add_headers(rng: random.Random, headers: Pairs) -> Pairs:
    """Return the headers with irrelevant ones added, in any order and any letter case."""
    more = [(b"content-type", rng.choice([b"application/json", b"text/plain", b"", b"\xff"]))] * rng.randint(0, 2)
    mixed = [(name.title() if rng.random() < 0.3 else name, value) for name, value in [*headers, *more]]
    rng.shuffle(mixed)
    return mixed


def _split(rng: random.Random, body: bytes) -> list[bytes]:
    """Return the body in pieces, some of them empty."""
    at = sorted(rng.randint(0, len(body)) for _ in range(rng.choice([0, 0, 1, 3])))
    return [body[start:end] for start, end in zip([0, *at], [*at, len(body)], strict=True)]


def _flip_bit(rng: random.Random, value: bytes) -> bytes:
    if not value:
        return b"x"
    at = rng.randrange(len(value))
    return value[:at] + bytes([value[at] ^ (1 << rng.randrange(8))]) + value[at + 1 :]


Change = Callable[[random.Random, Pairs, bytes], tuple[Pairs, bytes]]


def _change_value(at: int, change: Callable[[random.Random, bytes], bytes]) -> Change:
    def changed(rng: random.Random, headers: Pairs, body: bytes) -> tuple[Pairs, bytes]:
        changed_headers = list(headers)
        changed_headers[at] = (headers[at][0], change(rng, headers[at][1]))
        return changed_headers, body

    return changed


_CHANGES: tuple[Change, ...] = (
    _change_value(0, _flip_bit),
    _change_value(1, _flip_bit),
    _change_value(0, lambda rng, _: str(NOW + rng.choice([-WINDOW - 1, WINDOW + 1, 1, -1, 10**9])).encode()),
    _change_value(0, lambda rng, _: rng.choice([b"", b"-1", b"1e9", b"\xd9\xa1", b"9" * 13, b" 1", b"0x1", b"1.0"])),
    _change_value(0, lambda rng, value: rng.choice([b"0", b"+", b" "]) + value),
    _change_value(1, lambda rng, value: value.upper()),
    _change_value(
        1, lambda rng, value: rng.choice([b"", b"v0=", b"v1=" + value[3:], value[3:], value + b"0", b"\xe9" * 67])
    ),
    _change_value(1, lambda rng, value: value[: rng.randint(0, 66)]),
    lambda rng, headers, body: (headers[:1], body),
    lambda rng, headers, body: (headers[1:], body),
    lambda rng, headers, body: ([], body),
    lambda rng, headers, body: ([*headers, rng.choice(headers)], body),
    lambda rng, headers, body: (headers, _flip_bit(rng, body)),
    lambda rng, headers, body: (headers, body + rng.choice([b" ", b"\n", b"\0", b"}"])),
    lambda rng, headers, body: (headers, body[:-1]),
    lambda rng, headers, body: (headers, b""),
    lambda rng, headers, body: (sign_headers(body, str(NOW), ""), body),
    lambda rng, headers, body: (sign_headers(body, str(NOW), SECRET + "x"), body),
    lambda rng, headers, body: (sign_headers(b"", str(NOW)), body),
    lambda rng, headers, body: (sign_headers(body, str(NOW - WINDOW - rng.randint(1, 9))), body),
    lambda rng, headers, body: (sign_headers(body, str(NOW + WINDOW + rng.randint(1, 9))), body),
)

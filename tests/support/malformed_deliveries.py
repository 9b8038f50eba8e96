"""Deliveries as nobody should send them, from one seed: odd shapes that are genuine, forgeries, and broken requests.

What has to come of each is worked out here, by other code than that under test.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.support.deliveries import NOW, SECRET

WINDOW, LARGEST, MOST_HEADERS = 5400, 20_000, 60
Pairs = list[tuple[bytes, bytes]]

# Each is an event that Zoom could have signed.
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
    "no event": b'{"event_ts":%d}',
    "other types": b'{"event":["x"],"event_ts":%d,"payload":[1,2,{}]}',
    "a list": b"[%d]",
    "a number": b"%d",
}
# Signed, and yet no event.
NOT_JSON = (b"", b"hello %d", b"{'event': %d}", b'{"event":%d', b"\xff\xfe\xfd%d", b"NaN", b"[" * 3000, b'{"a":%d}x')


class MalformedRequest(NamedTuple):
    """A request in pieces, and the statuses that may come of it; none where its sender leaves in the middle."""

    what: str
    method: str
    path: str
    headers: Pairs
    pieces: list[bytes]
    statuses: tuple[int, ...]


def fill_shape(shape: bytes, number: int) -> bytes:
    """A shape as an event of its own."""
    told = str(number).encode()
    if b"\0" in shape[:4]:
        told = told.decode().encode("utf-16-le")
    return shape.replace(b"%d", told)


def sign_headers(body: bytes, stamp: str, secret: str = SECRET) -> Pairs:
    """The headers of a delivery."""
    made = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return [(b"x-zm-request-timestamp", stamp.encode()), (b"x-zm-signature", f"v0={made}".encode())]


def is_genuine(headers: Pairs, body: bytes) -> bool:
    """Whether the owner of the secret signed these bytes, not too long ago: each header once, as Zoom writes it."""
    stamps = [value for name, value in headers if name.lower() == b"x-zm-request-timestamp"]
    signatures = [value for name, value in headers if name.lower() == b"x-zm-signature"]
    if len(stamps) != 1 or len(signatures) != 1 or not stamps[0].isdigit() or len(stamps[0]) > 12:
        return False
    expected = sign_headers(body, stamps[0].decode())[1][1]
    return signatures[0] == expected and abs(int(stamps[0]) - NOW) <= WINDOW


def generate_requests(seed: int, count: int) -> Iterator[MalformedRequest]:
    """So many requests, a third of them genuine."""
    rolled = random.Random(seed)
    for number in range(count):
        yield _MAKERS[rolled.choices(range(len(_MAKERS)), _SHARES)[0]](rolled, number)


def _genuine(rolled: random.Random, number: int) -> MalformedRequest:
    name = rolled.choice(list(SHAPES))
    body = fill_shape(SHAPES[name], NOW * 1000 + number)
    stamp = str(NOW + rolled.choice([0, -WINDOW, WINDOW, rolled.randint(-WINDOW, WINDOW)]))
    return MalformedRequest(name, "POST", "/", _dressed(rolled, sign_headers(body, stamp)), _cut(rolled, body), (200,))


def _no_json(rolled: random.Random, number: int) -> MalformedRequest:
    body = rolled.choice(NOT_JSON).replace(b"%d", str(number).encode())
    return MalformedRequest("no json", "POST", "/", sign_headers(body, str(NOW)), _cut(rolled, body), (400,))


def _validation(rolled: random.Random, number: int) -> MalformedRequest:
    token = rolled.choice(["abc", "x" * 1024, "ü", "x" * 1025, "", " ", "v0:1:x", 7, None, ["a"], "\ud800"])
    body = json.dumps({"event": "endpoint.url_validation", "event_ts": NOW, "payload": {"plainToken": token}}).encode()
    status = 200 if token in ("abc", "x" * 1024, "ü") else 400
    return MalformedRequest("validation", "POST", "/", sign_headers(body, str(NOW)), [body], (status,))


def _forged(rolled: random.Random, number: int) -> MalformedRequest:
    """A genuine delivery in which something was changed."""
    body = fill_shape(rolled.choice(list(SHAPES.values())), NOW * 1000 + number)
    headers = sign_headers(body, str(NOW))
    headers, body = rolled.choice(_CHANGES)(rolled, headers, body)
    statuses = (200,) if is_genuine(headers, body) else (401,)
    return MalformedRequest("forged", "POST", "/", _dressed(rolled, headers), _cut(rolled, body), statuses)


def _broken(rolled: random.Random, number: int) -> MalformedRequest:
    """A genuine delivery in a request that is refused for its form."""
    body = fill_shape(SHAPES["plain"], NOW * 1000 + number)
    headers = sign_headers(body, str(NOW))
    made = MalformedRequest("broken", "POST", "/", headers, [body], (200,))
    large = body + b" " * LARGEST
    choices = (
        made._replace(method=rolled.choice(["GET", "PUT", "HEAD", "OPTIONS", "POSTER", ""]), statuses=(405,)),
        made._replace(path=rolled.choice(["/x", "//", "/..", "/%2e", "/\0", "/" + "a" * 9000]), statuses=(404, 200)),
        made._replace(headers=headers + [(b"x-%d" % at, b"") for at in range(MOST_HEADERS)], statuses=(431,)),
        made._replace(headers=[*headers, (b"x", b"y" * 40_000)], statuses=(431,)),
        made._replace(headers=[*headers, (b"content-encoding", b"gzip")], statuses=(415,)),
        made._replace(headers=[*headers, (b"content-length", b"9" * rolled.randint(6, 40))], statuses=(413,)),
        made._replace(headers=sign_headers(large, str(NOW)), pieces=_cut(rolled, large), statuses=(413,)),
        made._replace(pieces=_cut(rolled, body)[: rolled.randint(0, 2)], statuses=()),
    )
    return rolled.choice(choices)


_MAKERS = (_genuine, _no_json, _validation, _forged, _broken)
_SHARES = (35, 5, 5, 45, 10)


def _dressed(rolled: random.Random, headers: Pairs) -> Pairs:
    """With headers around it that mean nothing, and names in any case of letters."""
    more = [(b"content-type", rolled.choice([b"application/json", b"text/plain", b"", b"\xff"]))] * rolled.randint(0, 2)
    found = [(name.title() if rolled.random() < 0.3 else name, value) for name, value in [*headers, *more]]
    rolled.shuffle(found)
    return found


def _cut(rolled: random.Random, body: bytes) -> list[bytes]:
    """In pieces, some of them empty."""
    at = sorted(rolled.randint(0, len(body)) for _ in range(rolled.choice([0, 0, 1, 3])))
    return [body[start:end] for start, end in zip([0, *at], [*at, len(body)], strict=True)]


def _flipped(rolled: random.Random, value: bytes) -> bytes:
    if not value:
        return b"x"
    at = rolled.randrange(len(value))
    return value[:at] + bytes([value[at] ^ (1 << rolled.randrange(8))]) + value[at + 1 :]


Change = Callable[[random.Random, Pairs, bytes], tuple[Pairs, bytes]]


def _value(at: int, change: Callable[[random.Random, bytes], bytes]) -> Change:
    def changed(rolled: random.Random, headers: Pairs, body: bytes) -> tuple[Pairs, bytes]:
        found = list(headers)
        found[at] = (found[at][0], change(rolled, found[at][1]))
        return found, body

    return changed


_CHANGES: tuple[Change, ...] = (
    _value(0, _flipped),
    _value(1, _flipped),
    _value(0, lambda rolled, _: str(NOW + rolled.choice([-WINDOW - 1, WINDOW + 1, 1, -1, 10**9])).encode()),
    _value(0, lambda rolled, _: rolled.choice([b"", b"-1", b"1e9", b"\xd9\xa1", b"9" * 13, b" 1", b"0x1", b"1.0"])),
    _value(0, lambda rolled, value: rolled.choice([b"0", b"+", b" "]) + value),
    _value(1, lambda rolled, value: value.upper()),
    _value(
        1, lambda rolled, value: rolled.choice([b"", b"v0=", b"v1=" + value[3:], value[3:], value + b"0", b"\xe9" * 67])
    ),
    _value(1, lambda rolled, value: value[: rolled.randint(0, 66)]),
    lambda rolled, headers, body: (headers[:1], body),
    lambda rolled, headers, body: (headers[1:], body),
    lambda rolled, headers, body: ([], body),
    lambda rolled, headers, body: ([*headers, rolled.choice(headers)], body),
    lambda rolled, headers, body: (headers, _flipped(rolled, body)),
    lambda rolled, headers, body: (headers, body + rolled.choice([b" ", b"\n", b"\0", b"}"])),
    lambda rolled, headers, body: (headers, body[:-1]),
    lambda rolled, headers, body: (headers, b""),
    lambda rolled, headers, body: (sign_headers(body, str(NOW), ""), body),
    lambda rolled, headers, body: (sign_headers(body, str(NOW), SECRET + "x"), body),
    lambda rolled, headers, body: (sign_headers(b"", str(NOW)), body),
    lambda rolled, headers, body: (sign_headers(body, str(NOW - WINDOW - rolled.randint(1, 9))), body),
    lambda rolled, headers, body: (sign_headers(body, str(NOW + WINDOW + rolled.randint(1, 9))), body),
)

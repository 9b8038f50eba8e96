"""Parse the body of a webhook into an `Event`.

Zoom adds fields and changes types without notice, so nothing here requires a shape: a missing value reads as empty.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, NoReturn, TypeVar, overload

from zoom_component.events.webhook.exact_json import read_exactly

__all__ = ["Event", "InvalidJson", "parse_event"]

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_DIGITS = 4000  # Python refuses to parse an integer of more than 4,300 digits
# `download_token` is made anew for a delivery.
_COMMON_MEMBERS = {"event", "event_ts", "payload", "download_token"}
_ID_FIELDS = ("uuid", "id", "user_id", "channel_id", "message_id", "call_id")


class InvalidJson(ValueError):
    """Report a body that is not JSON; the message names the place of the problem."""


class _CachedProperty(Generic[T]):
    """Compute an attribute of an event when it is first read.

    Unlike functools.cached_property of Python 3.11, it has no lock, which would be held for ever in a child that is
    forked while another thread computes the attribute.
    """

    def __init__(self, compute: Callable[[Event], T]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type[Event], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, event: None, owner: type[Event]) -> _CachedProperty[T]: ...

    @overload
    def __get__(self, event: Event, owner: type[Event]) -> T: ...

    def __get__(self, event: Event | None, owner: type[Event]) -> _CachedProperty[T] | T:
        if event is None:
            return self
        value = event.__dict__[self._name] = self._compute(event)
        return value


@dataclass(frozen=True)
class Event:
    """Represent one event.

    `raw` holds the bytes as received and `body` the parsed JSON, usually an object. `timestamp` is the text of the
    header that holds the time of the signature.
    """

    raw: bytes = field(repr=False)
    body: Any = field(repr=False)
    timestamp: str = ""

    @_CachedProperty
    def name(self) -> str:
        """Return the name, such as `meeting.started`; "" when the body has none, or one that is not text."""
        name = self._top.get("event")
        return name if isinstance(name, str) and name.strip() else ""

    @_CachedProperty
    def event_ts(self) -> int | None:
        """Return when it happened, in milliseconds since 1970; None when the body has no valid time."""
        moment = self._top.get("event_ts")
        if isinstance(moment, float) and moment.is_integer():
            return int(moment)
        return moment if isinstance(moment, int) and not isinstance(moment, bool) else None

    @property
    def occurred_at(self) -> datetime | None:
        """Return `event_ts` as a datetime in UTC; None when it is missing or out of range."""
        if self.event_ts is None:
            return None
        try:
            return _EPOCH + timedelta(milliseconds=self.event_ts)
        except OverflowError:
            return None

    @property
    def payload(self) -> Mapping[str, Any]:
        """Return the payload; empty when the body has none."""
        return _mapping(self._top.get("payload"))

    @property
    def account_id(self) -> str:
        """Return the id of the account in which it happened."""
        return _text(self.payload.get("account_id") or self._top.get("account_id"))

    @property
    def object(self) -> Mapping[str, Any]:
        """Return what it happened to, such as a meeting, a user or a recording."""
        return _mapping(self.payload.get("object"))

    @property
    def object_id(self) -> str:
        """Return the id of the object as text, such as a meeting number or a user id; "" when it has none.

        Zoom sends the same id as a string in one event and as a number in another. A uuid stands in for a missing id.
        """
        for name in ("id", *_ID_FIELDS):
            if (value := _text(self.object.get(name))) != "":
                return value
        return ""

    @_CachedProperty
    def key(self) -> str:
        """Return a key that is the same for each delivery of this event and different for any other event.

        The key is a digest of all members of the body; it ignores spacing, the order of members and what a delivery
        adds (`download_token`). Without `event_ts` it is a digest of the bytes and the time of the signature.
        """
        identity = b"%s\n%s" % (self.timestamp.encode("utf-8", "surrogatepass"), self.raw)
        if self.event_ts is not None:
            # JSON that can just be parsed may be nested too deeply to be written.
            with suppress(RecursionError):
                identity = self._identify()
        return hashlib.sha256(identity).hexdigest()[:40]

    def _identify(self) -> bytes:
        """Return what tells this event from any other: its name, time and payload, and then its other members."""
        parts = [self.name, self.event_ts, self._top.get("payload")]
        others = {name: value for name, value in self._top.items() if name not in _COMMON_MEMBERS}
        if others:
            parts.append(others)
        identity = json.dumps(parts, sort_keys=True, separators=(",", ":"), allow_nan=True).encode()
        exact = read_exactly(self.raw)
        return identity if exact is None else b"%s\n%s" % (identity, exact)

    @property
    def _top(self) -> Mapping[str, Any]:
        return _mapping(self.body)


def parse_event(raw: bytes, timestamp: str = "") -> Event:
    """Parse a body in UTF-8, UTF-16 or UTF-32, with or without a byte order mark. Raise InvalidJson otherwise."""
    try:
        text = raw.decode(json.detect_encoding(raw))
        try:
            return Event(raw, _READER.decode(text.strip(" \t\r\n")), timestamp)
        except json.JSONDecodeError:
            raise
        except ValueError:
            return Event(raw, _LONG_INTEGER_READER.decode(text.strip(" \t\r\n")), timestamp)
    except RecursionError:
        raise InvalidJson("the JSON is nested too deeply") from None
    except UnicodeDecodeError as problem:
        raise InvalidJson(f"byte {problem.start + 1} is not valid {problem.encoding.upper()}") from None
    except json.JSONDecodeError as problem:
        raise InvalidJson(f"line {problem.lineno}, column {problem.colno}: {problem.msg.lower()}") from None
    except ValueError as problem:
        raise InvalidJson(str(problem)) from None


def _refuse_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is not JSON", name, 0)


def _parse_integer(text: str) -> int | str:
    """Return the integer; keep one that is too long for Python as text."""
    return int(text) if len(text) <= _MAX_DIGITS else text


_READER = json.JSONDecoder(parse_constant=_refuse_constant)
_LONG_INTEGER_READER = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_parse_integer)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""

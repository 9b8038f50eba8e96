"""An event as it came: its name, its time, its object, and the key by which the same event is known again.

Zoom adds fields and changes types without notice, so nothing here insists on a shape: what is missing is empty.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, NoReturn

__all__ = ["Event", "InvalidJson", "parse_event"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_DIGITS = 4000  # Python reads no whole number that is longer than 4,300 digits
_NAMES = ("uuid", "id", "user_id", "channel_id", "message_id", "call_id")


class InvalidJson(ValueError):
    """A body that is no JSON; the sentence says where it stops being some."""


@dataclass(frozen=True)
class Event:
    """One event.

    `raw` are the bytes as they came and `body` what they say, usually an object. `stamp` is the time that the delivery
    was signed for, as its header had it.
    """

    raw: bytes = field(repr=False)
    body: Any = field(repr=False)
    timestamp: str = ""

    @cached_property
    def name(self) -> str:
        """Such as `meeting.started`; "" where the body names none."""
        return _text(self._top.get("event"))

    @cached_property
    def event_ts(self) -> int | None:
        """When it happened, in milliseconds since 1970, which tells a late retry. None where the body does not say."""
        moment = self._top.get("event_ts")
        if isinstance(moment, float) and moment.is_integer():
            return int(moment)
        return moment if isinstance(moment, int) and not isinstance(moment, bool) else None

    @property
    def occurred_at(self) -> datetime | None:
        """The same as a time in UTC; None where there is none that a calendar has."""
        if self.event_ts is None:
            return None
        try:
            return _EPOCH + timedelta(milliseconds=self.event_ts)
        except OverflowError:
            return None

    @property
    def payload(self) -> Mapping[str, Any]:
        """The part that differs from event to event."""
        return _mapping(self._top.get("payload"))

    @property
    def account_id(self) -> str:
        """The account in which it happened."""
        return _text(self.payload.get("account_id") or self._top.get("account_id"))

    @property
    def object(self) -> Mapping[str, Any]:
        """What it happened to: a meeting, a user, a recording."""
        return _mapping(self.payload.get("object"))

    @property
    def object_id(self) -> str:
        """The id of the object: a meeting's number, a user's id; its uuid where it has no id. "" where it has neither.

        Zoom writes one and the same id as text here and as a number there, so it is always text.
        """
        for name in ("id", *_NAMES):
            if (found := _text(self.object.get(name))) != "":
                return found
        return ""

    @cached_property
    def key(self) -> str:
        """The same for every delivery of one event, whatever its spacing or address; different for any other event.

        It goes by name, time and payload, and leaves out what a delivery adds (`download_token`). An event without a
        time of its own goes by its bytes and the time that it was signed for.
        """
        said = b"%s\n%s" % (self.timestamp.encode("utf-8", "surrogatepass"), self.raw)
        if self.event_ts is not None:
            identity = [self.name, self.event_ts, self._top.get("payload")]
            # What could just be read may be nested too deeply to be written.
            with suppress(RecursionError):
                said = json.dumps(identity, sort_keys=True, separators=(",", ":")).encode()
        return hashlib.sha256(said).hexdigest()[:40]

    @property
    def _top(self) -> Mapping[str, Any]:
        return _mapping(self.body)


def parse_event(raw: bytes, timestamp: str = "") -> Event:
    """The event in a body: UTF-8, 16 or 32, with a byte order mark or without. Raises NotJson."""
    try:
        text = raw.decode(json.detect_encoding(raw))
        try:
            return Event(raw, _READER.decode(text.strip(" \t\r\n")), timestamp)
        except json.JSONDecodeError:
            raise
        except ValueError:
            return Event(raw, _PATIENT.decode(text.strip(" \t\r\n")), timestamp)
    except RecursionError:
        raise InvalidJson("it is nested too deeply to be read") from None
    except UnicodeDecodeError as problem:
        raise InvalidJson(f"byte {problem.start + 1} is no {problem.encoding.upper()}") from None
    except json.JSONDecodeError as problem:
        raise InvalidJson(f"line {problem.lineno}, column {problem.colno}: {problem.msg.lower()}") from None
    except ValueError as problem:
        raise InvalidJson(str(problem)) from None


def _no_constant(word: str) -> NoReturn:
    raise json.JSONDecodeError(f"{word} is no JSON", word, 0)


def _digits(text: str) -> int | str:
    """A whole number; one that is longer than Python reads stays text, since nothing is refused for its shape."""
    return int(text) if len(text) <= _MOST_DIGITS else text


_READER = json.JSONDecoder(parse_constant=_no_constant)
_PATIENT = json.JSONDecoder(parse_constant=_no_constant, parse_int=_digits)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""

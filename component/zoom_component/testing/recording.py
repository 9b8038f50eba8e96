"""Recordings: exchanges kept as readable YAML with every secret replaced, and played again without a wire.

A secret becomes `[redacted-1]`, `[redacted-2]` ..., the same one wherever it stands, so that a page's token still leads
to its page. When played, such a word stands for any value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import httpx
import yaml

from zoom_component.client.transport.redact import MASK, find_secrets, is_secret_name
from zoom_component.errors import SpecError
from zoom_component.spec.model_check import validate_document
from zoom_component.spec.yaml12 import parse_yaml
from zoom_component.testing.exchanges import RecordedExchange, exchange_from_request
from zoom_component.testing.model import RecordingModel

__all__ = [
    "RecordingWriter",
    "Replay",
    "ReplayTransport",
    "UnrecordedRequest",
    "UnusedExchanges",
    "equals_recorded",
    "redact",
]

_HEADER = "# Exchanges as they went over the wire. Secrets are replaced: each [redacted-N] stands for one of them.\n"
_MARK = re.compile(r"\[redacted(?:-[0-9]+)?\]")
_MIN_SECRET_LENGTH = 4
_NO_SECRETS = ("", "true", "false")
_UNQUOTED = re.compile(r"[A-Za-z/][A-Za-z0-9 /_.,@+-]*\Z")


class UnrecordedRequest(Exception):
    """A request that a recording has no answer for; the text is a sentence."""


class UnusedExchanges(Exception):
    """Recorded exchanges that nobody asked for; the text is a sentence."""


class RecordingWriter:
    """Exchanges on their way into a file. May be shared between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: list[dict[str, Any]] = []
        self._lock = Lock()

    def add_exchanges(self, exchanges: Sequence[RecordedExchange], spec: str = "") -> None:
        """Keeps exchanges in memory; `of` names what they belong to."""
        rows = [{**({"of": spec} if spec else {}), **exchange.as_json()} for exchange in exchanges]
        with self._lock:
            self._rows += rows

    def write(self) -> None:
        """Writes the file, without a secret. Raises OSError."""
        document = {"exchanges": redact(self._rows)}
        text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=False, width=110)
        self._path.write_text(_HEADER + text, encoding="utf-8")


class Replay:
    """A recording that is played: each spec gets the exchanges that belong to it."""

    def __init__(self, exchanges: Sequence[tuple[str, RecordedExchange]]) -> None:
        self._exchanges = exchanges

    @classmethod
    def from_file(cls, path: Path) -> Replay:
        """Reads a recording. Raises SpecError with every fault and its place, OSError when it cannot be read."""
        located = parse_yaml(path.read_text(encoding="utf-8"), str(path))
        if located.diagnostics or not validate_document(located, RecordingModel):
            faults = [str(fault) for fault in sorted(located.diagnostics)]
            raise SpecError(f"the recording cannot be used: {faults[0]}", diagnostics=faults)
        return cls([(row.get("of") or "", RecordedExchange.from_json(row)) for row in located.value["exchanges"]])

    def create_transport(self, spec: str = "") -> ReplayTransport:
        """The transport for what belongs to a name."""
        return ReplayTransport([exchange for of, exchange in self._exchanges if of == spec])


class ReplayTransport(httpx.BaseTransport):
    """Answers from exchanges, each once. `settle` raises when one was missing or is left over."""

    def __init__(self, exchanges: Sequence[RecordedExchange], below: str = "/v2") -> None:
        self._left = list(exchanges)
        self._below = below
        self._missing = ""
        self._lock = Lock()

    @property
    def has_tokens(self) -> bool:
        """Whether tokens were asked for when this was recorded."""
        return any(kept.is_token_request for kept in self._left)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The recorded answer. Raises Unrecorded for a request that is not, or not any more, in the recording."""
        wanted = exchange_from_request(request, self._below)
        with self._lock:
            found = next((kept for kept in self._left if _matches(kept, wanted)), None)
            if found is None:
                self._missing = self._missing or self._sentence(wanted)
                raise UnrecordedRequest(self._missing)
            self._left.remove(found)
        if found.error:
            raise _ERRORS[found.error](f"recorded: {found.error}", request=request)
        return found.to_response()

    def check_all_used(self) -> None:
        """Raises Unrecorded or Leftover when the run and the recording were not the same."""
        if self._missing:
            raise UnrecordedRequest(self._missing)
        if self._left:
            count = "1 recorded exchange was" if len(self._left) == 1 else f"{len(self._left)} recorded exchanges were"
            raise UnusedExchanges(
                f"{count} not used, the first of them {self._left[0].describe_request()}; record it again"
            )

    def _sentence(self, wanted: RecordedExchange) -> str:
        near = [kept for kept in self._left if (kept.method, kept.path) == (wanted.method, wanted.path)]
        if near:
            why = "the query or the body is another than recorded"
        else:
            why = f"next in the recording is {self._left[0].describe_request()}" if self._left else "all of it is used"
        return f"the recording has no {wanted.describe_request()}: {why}; record it again"


_ERRORS = {"connect": httpx.ConnectError, "broken": httpx.ReadError, "timeout": httpx.ReadTimeout}


def redact(value: Any) -> Any:
    """A JSON value with every secret replaced by a word of its own, wherever in its texts it stands."""
    names: dict[str, str] = {}
    for secret in find_secrets(value):
        if secret not in _NO_SECRETS and not _MARK.search(secret):
            names.setdefault(secret, f"[redacted-{len(names) + 1}]")
    return _Redactor(names).value(value, "")


class _Redactor:
    """Replaces known secrets. One of a few letters could be chance in a text: it is replaced under its name only."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        long = sorted((secret for secret in names if len(secret) >= _MIN_SECRET_LENGTH), key=len, reverse=True)
        pattern = "|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in long)
        self._anywhere = re.compile(pattern) if pattern else None

    def value(self, value: Any, under: str) -> Any:
        """The value without its secrets; `under` is the name it stands under."""
        if isinstance(value, Mapping):
            pair = value.keys() == {"key", "value"}
            named = {key: str(value["key"]) if pair and key == "value" else str(key) for key in value}
            return {key: self.value(inner, named[key]) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(inner, under) for inner in value]
        if isinstance(value, str):
            return self._text(value, under)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return MASK if number and is_secret_name(under) else value

    def _text(self, text: str, under: str) -> str:
        if is_secret_name(under) and text in self._names:
            return self._names[text]
        return self._anywhere.sub(lambda found: self._names[found[0]], text) if self._anywhere else text


def _matches(recorded: RecordedExchange, request: RecordedExchange) -> bool:
    if (recorded.method, recorded.path) != (request.method, request.path) or len(recorded.query) != len(request.query):
        return False
    pairs = zip(sorted(recorded.query), sorted(request.query), strict=True)
    return all(a[0] == b[0] and equals_recorded(a[1], b[1]) for a, b in pairs) and equals_recorded(
        recorded.body, request.body
    )


def equals_recorded(recorded: Any, value: Any) -> bool:
    """Equality in which a replaced secret stands for any value."""
    if isinstance(recorded, Mapping):
        return (
            isinstance(value, Mapping)
            and recorded.keys() == value.keys()
            and all(equals_recorded(recorded[key], value[key]) for key in recorded)
        )
    if isinstance(recorded, list):
        return isinstance(value, list) and len(recorded) == len(value) and all(map(equals_recorded, recorded, value))
    if isinstance(recorded, str) and _MARK.search(recorded):
        if recorded == MASK or _MARK.fullmatch(recorded):
            return True
        pattern = ".*".join(re.escape(part) for part in _MARK.split(recorded))
        return isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL) is not None
    return json.dumps(recorded) == json.dumps(value)


class _Dumper(yaml.SafeDumper):
    """Texts that any reader takes for texts, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # YAML 1.1 and 1.2 differ about what is a number: only what neither could take for one stays plain.
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if _UNQUOTED.match(text) else '"')


_Dumper.add_representer(str, _represent_text)

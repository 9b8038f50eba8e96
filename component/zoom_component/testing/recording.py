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

from zoom_component.client.transport.redact import MASK, names_secret, secrets_in
from zoom_component.errors import SpecError
from zoom_component.spec.words import hold
from zoom_component.spec.yaml12 import read
from zoom_component.testing.exchanges import Exchange, asked
from zoom_component.testing.model import RecordingFile

__all__ = ["Leftover", "Recording", "Replay", "Replayed", "Unrecorded", "alike", "scrubbed"]

_HEAD = "# Exchanges as they went over the wire. Secrets are replaced: each [redacted-N] stands for one of them.\n"
_MARK = re.compile(r"\[redacted(?:-[0-9]+)?\]")
_SHORTEST = 4
_NO_SECRETS = ("", "true", "false")
_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9 /_.,@+-]*\Z")


class Unrecorded(Exception):
    """A request that a recording has no answer for; the text is a sentence."""


class Leftover(Exception):
    """Recorded exchanges that nobody asked for; the text is a sentence."""


class Recording:
    """Exchanges on their way into a file. May be shared between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: list[dict[str, Any]] = []
        self._lock = Lock()

    def add(self, exchanges: Sequence[Exchange], of: str = "") -> None:
        """Keeps exchanges in memory; `of` names what they belong to."""
        rows = [{**({"of": of} if of else {}), **exchange.as_json()} for exchange in exchanges]
        with self._lock:
            self._rows += rows

    def write(self) -> None:
        """Writes the file, without a secret. Raises OSError."""
        document = {"exchanges": scrubbed(self._rows)}
        text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=False, width=110)
        self._path.write_text(_HEAD + text, encoding="utf-8")


class Replay:
    """A recording that is played: each spec gets the exchanges that belong to it."""

    def __init__(self, exchanges: Sequence[tuple[str, Exchange]]) -> None:
        self._exchanges = exchanges

    @classmethod
    def load(cls, path: Path) -> Replay:
        """Reads a recording. Raises SpecError with every fault and its place, OSError when it cannot be read."""
        located = read(path.read_text(encoding="utf-8"), str(path))
        if located.faults or not hold(located, RecordingFile):
            faults = [str(fault) for fault in sorted(located.faults)]
            raise SpecError(f"the recording cannot be used: {faults[0]}", faults=faults)
        return cls([(row.get("of") or "", Exchange.from_json(row)) for row in located.value["exchanges"]])

    def of(self, name: str = "") -> Replayed:
        """The transport for what belongs to a name."""
        return Replayed([exchange for of, exchange in self._exchanges if of == name])


class Replayed(httpx.BaseTransport):
    """Answers from exchanges, each once. `settle` raises when one was missing or is left over."""

    def __init__(self, exchanges: Sequence[Exchange], below: str = "/v2") -> None:
        self._left = list(exchanges)
        self._below = below
        self._missing = ""
        self._lock = Lock()

    @property
    def has_tokens(self) -> bool:
        """Whether tokens were asked for when this was recorded."""
        return any(kept.of_token for kept in self._left)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The recorded answer. Raises Unrecorded for a request that is not, or not any more, in the recording."""
        wanted = asked(request, self._below)
        with self._lock:
            found = next((kept for kept in self._left if _fits(kept, wanted)), None)
            if found is None:
                self._missing = self._missing or self._sentence(wanted)
                raise Unrecorded(self._missing)
            self._left.remove(found)
        if found.failed:
            raise _FAILED[found.failed](f"recorded: {found.failed}", request=request)
        return found.response()

    def settle(self) -> None:
        """Raises Unrecorded or Leftover when the run and the recording were not the same."""
        if self._missing:
            raise Unrecorded(self._missing)
        if self._left:
            count = "1 recorded exchange was" if len(self._left) == 1 else f"{len(self._left)} recorded exchanges were"
            raise Leftover(f"{count} not used, the first of them {self._left[0].short()}; record it again")

    def _sentence(self, wanted: Exchange) -> str:
        near = [kept for kept in self._left if (kept.method, kept.path) == (wanted.method, wanted.path)]
        if near:
            why = "the query or the body is another than recorded"
        else:
            why = f"next in the recording is {self._left[0].short()}" if self._left else "all of it is used"
        return f"the recording has no {wanted.short()}: {why}; record it again"


_FAILED = {"connect": httpx.ConnectError, "broken": httpx.ReadError, "timeout": httpx.ReadTimeout}


def scrubbed(value: Any) -> Any:
    """A JSON value with every secret replaced by a word of its own, wherever in its texts it stands."""
    names: dict[str, str] = {}
    for secret in secrets_in(value):
        if secret not in _NO_SECRETS and not _MARK.search(secret):
            names.setdefault(secret, f"[redacted-{len(names) + 1}]")
    return _Scrubbing(names).value(value, "")


class _Scrubbing:
    """Replaces known secrets. One of a few letters could be chance in a text: it is replaced under its name only."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        long = sorted((secret for secret in names if len(secret) >= _SHORTEST), key=len, reverse=True)
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
        return MASK if number and names_secret(under) else value

    def _text(self, text: str, under: str) -> str:
        if names_secret(under) and text in self._names:
            return self._names[text]
        return self._anywhere.sub(lambda found: self._names[found[0]], text) if self._anywhere else text


def _fits(kept: Exchange, wanted: Exchange) -> bool:
    if (kept.method, kept.path) != (wanted.method, wanted.path) or len(kept.query) != len(wanted.query):
        return False
    pairs = zip(sorted(kept.query), sorted(wanted.query), strict=True)
    return all(a[0] == b[0] and alike(a[1], b[1]) for a, b in pairs) and alike(kept.body, wanted.body)


def alike(kept: Any, came: Any) -> bool:
    """Equality in which a replaced secret stands for any value."""
    if isinstance(kept, Mapping):
        return (
            isinstance(came, Mapping)
            and kept.keys() == came.keys()
            and all(alike(kept[key], came[key]) for key in kept)
        )
    if isinstance(kept, list):
        return isinstance(came, list) and len(kept) == len(came) and all(map(alike, kept, came))
    if isinstance(kept, str) and _MARK.search(kept):
        if kept == MASK or _MARK.fullmatch(kept):
            return True
        pattern = ".*".join(re.escape(part) for part in _MARK.split(kept))
        return isinstance(came, str) and re.fullmatch(pattern, came, re.DOTALL) is not None
    return json.dumps(kept) == json.dumps(came)


class _Dumper(yaml.SafeDumper):
    """Texts that any reader takes for texts, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # YAML 1.1 and 1.2 differ about what is a number: only what neither could take for one stays plain.
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if _PLAIN.match(text) else '"')


_Dumper.add_representer(str, _quoted)

"""Write exchanges as readable YAML without secrets, and replay them.

A secret becomes `[redacted-1]`, `[redacted-2]` ..., the same wherever it occurs, so that a page token still identifies
its page. In a replay such a placeholder matches any value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import yaml

from zoom_component.errors import SpecError
from zoom_component.forked_processes import ForkSafeLock
from zoom_component.json_output import to_json
from zoom_component.private_files import write_private_file
from zoom_component.redaction.redactor import MASK
from zoom_component.spec.document_reader import parse_document
from zoom_component.spec.model_check import validate_document
from zoom_component.testing.exchanges import RecordedExchange, exchange_from_request
from zoom_component.testing.model import RecordingModel
from zoom_component.testing.numbered_redaction import redact

__all__ = [
    "RecordingWriter",
    "Replay",
    "ReplayTransport",
    "UnrecordedRequest",
    "UnusedExchanges",
    "equals_recorded",
]

_HEADER = "# Recorded HTTP exchanges. Each [redacted-N] replaces one secret.\n"
_MARK = re.compile(r"\[redacted(?:-[0-9]+)?\]")
_UNQUOTED = re.compile(r"[A-Za-z/][A-Za-z0-9 /_.,@+-]*\Z")


class UnrecordedRequest(Exception):
    """Report a request for which a recording has no response."""


class UnusedExchanges(Exception):
    """Report recorded exchanges that a run did not use."""


class RecordingWriter:
    """Collect exchanges and write them to a file. Threads may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: list[dict[str, Any]] = []
        self._secrets: set[str] = set()
        self._lock = ForkSafeLock()

    def add_exchanges(
        self, exchanges: Sequence[RecordedExchange], spec: str = "", secrets: Collection[str] = ()
    ) -> None:
        """Add exchanges; `spec` is the path of the test spec that they belong to.

        `secrets` are known, such as those of the connection; the secrets of the exchanges' headers are added to them.
        """
        rows = [{**({"spec": spec} if spec else {}), **exchange.as_json()} for exchange in exchanges]
        with self._lock:
            self._rows += rows
            self._secrets.update(secrets, *(exchange.secrets for exchange in exchanges))

    def write(self) -> None:
        """Write the file without secrets, as JSON if its name ends in .json, else as YAML. Raise OSError.

        Only its owner may read it.
        """
        document = {"exchanges": redact(self._rows, self._secrets)}
        if self._path.name.lower().endswith(".json"):
            text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
        else:
            text = _HEADER + yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=False, width=110)
        write_private_file(self._path, text)


class Replay:
    """Replay a recording: each spec gets the exchanges that belong to it."""

    def __init__(self, exchanges: Sequence[tuple[str, RecordedExchange]]) -> None:
        self._exchanges = exchanges

    @classmethod
    def from_file(cls, path: Path) -> Replay:
        """Load a recording. Raise SpecError with every problem and its place, or OSError if it cannot be read."""
        document = parse_document(path.read_text(encoding="utf-8"), str(path))
        if document.diagnostics or not validate_document(document, RecordingModel):
            problems = [str(each) for each in sorted(document.diagnostics)]
            raise SpecError(f"the recording is invalid: {problems[0]}", diagnostics=problems)
        return cls([(row.get("spec") or "", RecordedExchange.from_json(row)) for row in document.value["exchanges"]])

    def create_transport(self, spec: str = "") -> ReplayTransport:
        """Return a transport with the exchanges of a test spec."""
        return ReplayTransport([exchange for owner, exchange in self._exchanges if owner == spec])


class ReplayTransport(httpx.BaseTransport):
    """Respond from recorded exchanges, using each once."""

    def __init__(self, exchanges: Sequence[RecordedExchange], base_path: str = "/v2") -> None:
        self._unused = list(exchanges)
        self._base_path = base_path
        self._missing = ""
        self._lock = ForkSafeLock()

    @property
    def has_tokens(self) -> bool:
        """Return whether the recording contains token requests."""
        return any(exchange.is_token_request for exchange in self._unused)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the recorded response. Raise UnrecordedRequest if no unused exchange matches the request."""
        received = exchange_from_request(request, self._base_path)
        with self._lock:
            recorded = next((each for each in self._unused if _matches(each, received)), None)
            if recorded is None:
                self._missing = self._missing or self._explain(received)
                raise UnrecordedRequest(self._missing)
            self._unused.remove(recorded)
        if recorded.error:
            raise _ERRORS[recorded.error](f"recorded: {recorded.error}", request=request)
        return recorded.to_response()

    def check_all_used(self) -> None:
        """Raise UnrecordedRequest or UnusedExchanges if the run differs from the recording."""
        if self._missing:
            raise UnrecordedRequest(self._missing)
        if self._unused:
            count = (
                "1 recorded exchange was" if len(self._unused) == 1 else f"{len(self._unused)} recorded exchanges were"
            )
            raise UnusedExchanges(
                f"{count} not used; the first is {self._unused[0].describe_request()}. Record the run again"
            )

    def _explain(self, request: RecordedExchange) -> str:
        if any(each.method == request.method and equals_recorded(each.path, request.path) for each in self._unused):
            reason = "the query or the body differs from the recorded one"
        elif self._unused:
            reason = f"the next recorded request is {self._unused[0].describe_request()}"
        else:
            reason = "all recorded exchanges are used"
        return f"the recording has no {request.describe_request()}: {reason}. Record the run again"


_ERRORS = {"connect": httpx.ConnectError, "broken": httpx.ReadError, "timeout": httpx.ReadTimeout}


def _matches(recorded: RecordedExchange, request: RecordedExchange) -> bool:
    if recorded.method != request.method or len(recorded.query) != len(request.query):
        return False
    if not equals_recorded(recorded.path, request.path):
        return False
    pairs = zip(sorted(recorded.query), sorted(request.query), strict=True)
    return all(a[0] == b[0] and equals_recorded(a[1], b[1]) for a, b in pairs) and equals_recorded(
        recorded.body, request.body
    )


def equals_recorded(recorded: Any, value: Any) -> bool:
    """Return whether a value equals a recorded one, in which a placeholder matches any value."""
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
    return to_json(recorded) == to_json(value)


class _Dumper(yaml.SafeDumper):
    """Write texts so that every YAML reader sees a text, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # YAML 1.1 and 1.2 disagree about numbers: only texts that neither sees as a number stay unquoted.
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if _UNQUOTED.match(text) else '"')


_Dumper.add_representer(str, _represent_text)

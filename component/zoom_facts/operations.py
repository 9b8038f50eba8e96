"""The operations of Zoom's REST API v2, a line each in spec/zoom/operations.jsonl."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zoom_facts.paths import get_facts_dir

_HEAD = re.compile(r'"method":"([A-Z]+)","path":"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, as the facts give it (spec/zoom/about.json tells source and date).

    `query` and `path_params` are lists of `{name, type, format?, enum?, default?, ...}`; `body` is a JSON Schema or
    None; `responses` maps a status (text) to a JSON Schema or None; `errors` is a list of `{status, code}`.
    """

    id: str
    method: str
    path: str
    product: str
    tag: str
    scopes: tuple[str, ...]
    granular_scopes: tuple[str, ...]
    rate_limit: str | None
    deprecated: bool
    path_params: tuple[Mapping[str, Any], ...]
    query: tuple[Mapping[str, Any], ...]
    body: Mapping[str, Any] | None
    body_media_type: str
    responses: Mapping[str, Mapping[str, Any] | None]
    errors: tuple[Mapping[str, Any], ...]
    pagination: Mapping[str, Any] | None

    @property
    def success_statuses(self) -> tuple[int, ...]:
        """The 2xx statuses that the operation documents."""
        return tuple(int(status) for status in self.responses if status.startswith("2"))


def iter_operations() -> Iterator[Operation]:
    """Every operation, in the order of the file. Parses all 1,045; use `find` for one."""
    for line in _lines().values():
        yield _read(line)


@lru_cache(maxsize=256)
def find_operation(method: str, path: str) -> Operation | None:
    """The operation at a method and a path template such as `/users/{userId}`; None where there is none."""
    line = _lines().get((method, path))
    return None if line is None else _read(line)


@lru_cache(maxsize=1)
def _lines() -> dict[tuple[str, str], str]:
    text = (get_facts_dir() / "spec" / "zoom" / "operations.jsonl").read_text(encoding="utf-8")
    found: dict[tuple[str, str], str] = {}
    for line in text.splitlines():
        if head := _HEAD.search(line):
            found[head.group(1), head.group(2)] = line
    return found


def _read(line: str) -> Operation:
    raw = json.loads(line)
    return Operation(
        id=raw["operationId"],
        method=raw["method"],
        path=raw["path"],
        product=raw["product"],
        tag=raw["tag"],
        scopes=tuple(raw.get("scopes") or ()),
        granular_scopes=tuple(raw.get("granular_scopes") or ()),
        rate_limit=raw.get("rate_limit"),
        deprecated=bool(raw.get("deprecated")),
        path_params=tuple(raw["path_params"]),
        query=tuple(raw["query"]),
        body=raw.get("body"),
        body_media_type=raw.get("body_media_type", "application/json"),
        responses=raw["responses"],
        errors=tuple(raw["errors"]),
        pagination=raw.get("pagination"),
    )

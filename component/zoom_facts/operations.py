"""Read the operations of Zoom's REST API v2 from spec/zoom/operations.jsonl."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zoom_facts.paths import get_facts_dir

__all__ = ["Operation", "find_operation", "iter_operations"]

_METHOD_AND_PATH = re.compile(r'"method":"([A-Z]+)","path":"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Operation:
    """Hold one operation of the API. spec/zoom/about.json names source and date.

    `query` and `path_params` are lists of `{name, type, format?, enum?, default?, ...}`; `body` is a JSON Schema or
    None; `responses` maps a status (text) to a JSON Schema or None; `errors` is a list of
    `{status, code, source?}`; `source` is who saw a code that the page of the operation does not have.
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
        """Return the 2xx statuses that the operation documents."""
        return tuple(int(status) for status in self.responses if status.startswith("2"))


def iter_operations() -> Iterator[Operation]:
    """Yield every operation in the order of the file.

    This parses all of them; use `find_operation` for one.
    """
    for line in _index_lines().values():
        yield _parse_line(line)


@lru_cache(maxsize=256)
def find_operation(method: str, path: str) -> Operation | None:
    """Return the operation of a method and a path template such as `/users/{userId}`.

    Return None if there is none.
    """
    line = _index_lines().get((method, path))
    return None if line is None else _parse_line(line)


@lru_cache(maxsize=1)
def _index_lines() -> dict[tuple[str, str], str]:
    """Return the lines of the file by method and path, not parsed yet."""
    text = (get_facts_dir() / "spec" / "zoom" / "operations.jsonl").read_text(encoding="utf-8")
    lines: dict[tuple[str, str], str] = {}
    for line in text.splitlines():
        if match := _METHOD_AND_PATH.search(line):
            lines[match.group(1), match.group(2)] = line
    return lines


def _parse_line(line: str) -> Operation:
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

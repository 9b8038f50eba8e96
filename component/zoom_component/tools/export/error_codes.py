"""Look up what an error code of an operation means, in spec/zoom/errors.json."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from zoom_facts.paths import get_facts_dir

__all__ = ["load_error_codes", "match_error_codes"]


def load_error_codes() -> list[dict[str, Any]]:
    """Return the rows of the table: {code?, status?, words?, kind, next}.

    `words` is a regular expression for a part of the message. The first row that matches a response wins.
    """
    text = (get_facts_dir() / "spec" / "zoom" / "errors.json").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = json.loads(text)["codes"]
    return rows


def match_error_codes(rows: Sequence[Mapping[str, Any]], status: int, code: int | None) -> list[Mapping[str, Any]]:
    """Return every row that can match a response: rows that depend on its message, up to the first that does not."""
    matches = []
    for row in rows:
        if row.get("code", code) == code and row.get("status", status) == status:
            matches.append(row)
            if "words" not in row:
                break
    return matches

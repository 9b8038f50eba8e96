"""Filter devices by the query of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ANY = -1
_SEARCH_FIELDS = ("device_name", "vendor", "model", "serial_number")


def matches_query(query: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Return whether a device matches a query."""
    return bool(
        row["enrolled_in_zdm"] == query["is_enrolled_in_zdm"]
        and query["device_type"] in (_ANY, row["device_type"])
        and query["device_status"] in (_ANY, row["device_status"])
        and query.get("platform_os") in (None, row["platform_os"])
        and _contains(row["vendor"], query.get("device_vendor"))
        and _contains(row["model"], query.get("device_model"))
        and any(_contains(row[name], query.get("search_text")) for name in _SEARCH_FIELDS)
    )


def _contains(text: str, part: str | None) -> bool:
    return part is None or part.lower() in text.lower()

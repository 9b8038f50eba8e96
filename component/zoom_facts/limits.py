"""Read Zoom's rate limits, by API, plan and label, from spec/zoom/limits.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zoom_facts.paths import get_facts_dir

__all__ = ["RateLimit", "UserLevelLimit", "find_rate_limit", "list_user_level_limits"]

_SECONDS = {"second": 1, "minute": 60}


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Hold how often an account may call the operations of one label.

    `limit` is the number of calls in `seconds`, `daily_limit` the number in a UTC day (None if there is no daily
    limit). Calls of all `shared_labels` of the same `api` count against one daily limit.
    """

    api: str
    label: str
    limit: int
    seconds: int
    daily_limit: int | None
    shared_labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UserLevelLimit:
    """Hold how often a day `operations` may be called for one `subject`.

    A subject is a host, or a registrant of a meeting.
    """

    operations: tuple[str, ...]
    limit: int
    subject: str


@lru_cache(maxsize=256)
def find_rate_limit(product: str, label: str | None, plan: str) -> RateLimit | None:
    """Return the rate limit of a product's operations with a label on a plan.

    Return None if none is published. An API without a table for the plan uses the table of the common API, "zoom".
    """
    limits = _load_limits()
    apis = [api for api, products in limits["which_api_table"].items() if product in products and api != "uncertain"]
    api = apis[0] if apis and limits["apis"][apis[0]].get(plan) else "zoom"
    row = limits["apis"][api][plan].get(label)
    if row is None or label is None:
        return None
    shared_labels = tuple(row.get("daily_shared_with", (label,)))
    return RateLimit(api, label, row["limit"], _SECONDS[row["per"]], row.get("daily"), shared_labels)


@lru_cache(maxsize=1)
def list_user_level_limits() -> tuple[UserLevelLimit, ...]:
    """Return the daily limits that count for one host or one registrant, on any plan."""
    rows: list[Mapping[str, Any]] = _load_limits()["user_level"]
    return tuple(UserLevelLimit(tuple(row["operations"]), row["limit"], row["key"]) for row in rows)


@lru_cache(maxsize=1)
def _load_limits() -> dict[str, Any]:
    text = (get_facts_dir() / "spec" / "zoom" / "limits.json").read_text(encoding="utf-8")
    return dict(json.loads(text))

"""Zoom's rate limits, by API, plan and label, from spec/zoom/limits.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zoom_facts.paths import get_facts_dir

_SECONDS = {"second": 1, "minute": 60}


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How often an account may call: `limit` calls in `seconds`, and `daily` a UTC day (None: no daily limit).

    The daily count is one for all the labels of `shared`, in the API (`api`) that the operation belongs to.
    """

    api: str
    label: str
    limit: int
    seconds: int
    daily_limit: int | None
    shared_labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UserLevelLimit:
    """How often a day the same operations may be called for one subject: a host, or a person and a meeting."""

    operations: tuple[str, ...]
    limit: int
    subject: str


@lru_cache(maxsize=256)
def find_rate_limit(product: str, label: str | None, plan: str) -> RateLimit | None:
    """What a plan allows for a product's operations of a label; None where nothing is published.

    An API without a table for the plan goes by the common one.
    """
    limits = _limits()
    found = [api for api, products in limits["which_api_table"].items() if product in products and api != "uncertain"]
    api = found[0] if found and limits["apis"][found[0]].get(plan) else "zoom"
    row = limits["apis"][api][plan].get(label)
    if row is None or label is None:
        return None
    shared = tuple(row.get("daily_shared_with", (label,)))
    return RateLimit(api, label, row["limit"], _SECONDS[row["per"]], row.get("daily"), shared)


@lru_cache(maxsize=1)
def list_user_level_limits() -> tuple[UserLevelLimit, ...]:
    """The daily limits that count for one host or one registrant, whatever the plan."""
    rows: list[Mapping[str, Any]] = _limits()["user_level"]
    return tuple(UserLevelLimit(tuple(row["operations"]), row["limit"], row["key"]) for row in rows)


@lru_cache(maxsize=1)
def _limits() -> dict[str, Any]:
    text = (get_facts_dir() / "spec" / "zoom" / "limits.json").read_text(encoding="utf-8")
    return dict(json.loads(text))

"""What a caller gives and gets: options in, a plan or a result out."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from zoom_component.messages import BoundRequest

__all__ = ["Plan", "Result", "SessionOptions"]


class Result(NamedTuple):
    """What an action came to. `data` is the JSON of the answer; `cautions` are sentences worth reading."""

    data: Any
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The documented envelope: `{"data": ...}`."""
        return {"data": self.data}


class Plan(NamedTuple):
    """The first request of a call, sent nowhere, with the values it was made of and cautions."""

    request: BoundRequest
    values: Mapping[str, Any]
    warnings: tuple[str, ...] = ()


class SessionOptions(NamedTuple):
    """How a session calls. Times in seconds.

    `timeout`: for one answer. `retries`, `first_wait`, `longest_wait`: the retry policy. `count_daily`: count Zoom's
    daily allowances on this machine and refuse early; None means everywhere but on loopback.
    `empty_is_absent`: read "" as not given, as form designers mean it. `null_is_absent`: the same for null, which is
    all that a model held to a strict schema can say. `preflight`: refuse a call whose scopes the token lacks, before it
    is made, as far as the token's answer told them.
    """

    timeout: float = 30.0
    retries: int = 3
    first_wait: float = 0.5
    max_wait: float = 30.0
    count_daily: bool | None = None
    empty_is_absent: bool = False
    null_is_absent: bool = False
    preflight: bool = False
    clock: Callable[[], float] = time.time
    random: Callable[[], float] = random.random

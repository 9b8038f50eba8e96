"""The account that the embedded Zoom plays: its clock, its ids, its page tokens and the parts that resources keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from zoom_sandbox.clock import Clock
from zoom_sandbox.events.webhook import Webhook
from zoom_sandbox.ids import IdGenerator
from zoom_sandbox.page_tokens import PageTokens

PLANS = {"free": "Free", "pro": "Pro", "business": "Business+"}  # the names in spec/zoom/limits.json
Store = TypeVar("Store")


@dataclass(frozen=True)
class SandboxOptions:
    """What a caller chooses about the account.

    With `strict`, an operation without state answers 501 instead of an example from its schema. `scopes` are what the
    app was granted (None: everything); `plan` (`free`, `pro`, `business`) turns its rate limits on. `users`,
    `meetings` and `webinars` add so many numbered ones.
    """

    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-secret"  # noqa: S105 - what everyone may know: it opens nothing but this
    account_id: str = "sandbox-account"
    users: int = 0
    webhooks: tuple[Webhook, ...] = ()
    strict: bool = False
    scopes: tuple[str, ...] | None = None
    plan: str = ""
    meetings: int = 0
    webinars: int = 0

    def __post_init__(self) -> None:
        if self.plan and self.plan not in PLANS:
            raise ValueError(f"There is no plan {self.plan!r}; the plans are {', '.join(PLANS)}.")


class Account:
    """The state. Each resource keeps its own part, made when first asked for, so no list of parts is needed."""

    def __init__(self, options: SandboxOptions, clock: Clock, ids: IdGenerator) -> None:
        self.options, self.clock = options, clock
        self.stores: dict[Any, Any] = {}
        self.restart(ids)

    def restart(self, ids: IdGenerator) -> None:
        """Start afresh, with nothing but the parts that stand apart from the account's state (`apart = True`)."""
        self.ids, self.started_at = ids, int(self.clock())
        self.page_tokens = PageTokens(self.clock, ids)
        self.stores = {kind: part for kind, part in self.stores.items() if getattr(kind, "survives_reset", False)}

    def store(self, kind: Callable[[Account], Store]) -> Store:
        """The one part of this kind, such as `world.part(Users)`."""
        if kind not in self.stores:
            self.stores[kind] = kind(self)
        found: Store = self.stores[kind]
        return found

    def now(self) -> int:
        """The clock's time in whole epoch seconds."""
        return int(self.clock())

"""Hold the state of one account: its clock, its ids, its page tokens, and one store for each kind of object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from zoom_sandbox.clock import Clock
from zoom_sandbox.faults import FaultList
from zoom_sandbox.ids import IdGenerator
from zoom_sandbox.page_tokens import PageTokens

if TYPE_CHECKING:
    from zoom_sandbox.events.webhook import Webhook

PLANS = {"free": "Free", "pro": "Pro", "business": "Business+"}  # the names in spec/zoom/limits.json
Store = TypeVar("Store")


@dataclass(frozen=True)
class SandboxOptions:
    """Hold what a caller chooses about the account.

    With `strict`, an operation without state answers 501 instead of an example from its schema. `scopes` are the
    scopes of the app (None: everything). `plan` (`free`, `pro`, `business`) enforces that plan's rate limits.
    `users`, `meetings` and `webinars` add that many numbered ones. `keep_emoji` leaves emoji in
    agendas. With `is_exposed`, for a server that other machines can call, no token can be guessed from earlier ids, and
    only the beginning of a request's body is recorded. Raises ValueError for an unknown plan.
    """

    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-secret"  # noqa: S105 - documented, and valid nowhere else
    account_id: str = "sandbox-account"
    users: int = 0
    webhooks: tuple[Webhook, ...] = ()
    strict: bool = False
    scopes: tuple[str, ...] | None = None
    plan: str = ""
    meetings: int = 0
    webinars: int = 0
    keep_emoji: bool = False
    is_exposed: bool = False

    def __post_init__(self) -> None:
        if self.plan and self.plan not in PLANS:
            raise ValueError(f'plan: expected one of {", ".join(PLANS)}, got "{self.plan}"')


class Account:
    """Hold the state. Each resource has a store of its own, created when it is first used."""

    def __init__(self, options: SandboxOptions, clock: Clock, ids: IdGenerator) -> None:
        self.options, self.clock = options, clock
        self.faults = FaultList()
        self.is_loading = False  # while test data is loaded, which may lie in the past
        self.stores: dict[Any, Any] = {}
        self.restart(ids)

    def restart(self, ids: IdGenerator) -> None:
        """Delete the state. Stores whose class has `survives_reset = True` stay, and so do faults."""
        self.ids, self.started_at = ids, int(self.clock())
        self.ids.has_random_tokens = self.options.is_exposed
        self.page_tokens = PageTokens(self.clock, ids)
        self.stores = {kind: store for kind, store in self.stores.items() if getattr(kind, "survives_reset", False)}

    def store(self, kind: Callable[[Account], Store]) -> Store:
        """Return the account's store of a class, such as `account.store(Users)`."""
        if kind not in self.stores:
            self.stores[kind] = kind(self)
        store: Store = self.stores[kind]
        return store

    def now(self) -> int:
        """Return the account's time in whole epoch seconds."""
        return int(self.clock())

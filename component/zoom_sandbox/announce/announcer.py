"""The part of the world that resources tell what happened."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar

from zoom_facts import find_event
from zoom_sandbox.announce.caused import CAUSED
from zoom_sandbox.announce.courier import Courier, Watch
from zoom_sandbox.announce.delivery import Delivery
from zoom_sandbox.announce.samples import composed
from zoom_sandbox.announce.shape import shaped
from zoom_sandbox.announce.trouble import Trouble
from zoom_sandbox.announce.waiting import Row, Waiting

if TYPE_CHECKING:
    from zoom_sandbox.world import World

Listener = Callable[[dict[str, Any]], None]


class Announcer:
    """Turns what resources tell into deliveries to the webhooks of `World.setup` that want it.

    It is no state of the account: what is on its way stays so whatever becomes of the account.
    """

    apart: ClassVar[bool] = True

    def __init__(self, world: World) -> None:
        self._world = world
        setup = world.setup
        self._couriers = [
            Courier(webhook, setup.client_id, world.clock, self._tell_watches) for webhook in setup.webhooks
        ]
        self.troubles: list[Trouble] = []  # the newest first
        self._lock = Lock()  # keeps the order of events the same for every address
        self._watches: list[Watch] = []
        self._listeners: list[Listener] = []
        self._unclaimed: list[Waiting] = []  # kept for an address that no webhook of this process has
        self.changed: Callable[[], None] = lambda: None

    def hears(self, event: str) -> bool:
        """Whether anyone wants such an event: what is costly to make need not be made otherwise."""
        return bool(self._listeners) or any(courier.webhook.wants(event) for courier in self._couriers)

    def tell(self, event: str, payload: Mapping[str, Any], **beside: Any) -> None:
        """Announce an event. The account's id and the time are added, and what its schema does not know is left out.

        `beside` stands beside the payload, as `download_token` does.
        """
        if not self.hears(event):
            return
        facts = find_event(event)
        if facts is None or event not in CAUSED:
            raise LookupError(f"The facts, or CAUSED, have no event {event}.")
        full = {"account_id": self._world.setup.account_id, **payload}
        body = {"event": event, "event_ts": int(self._world.clock() * 1000), "payload": full, **beside}
        self._send(event, shaped(body, facts.schema or {}))

    def emit(self, event: str, changes: Mapping[str, Any]) -> None:
        """Announce an event that nothing caused, from its sample; see `samples.composed`."""
        self._send(event, composed(event, self._world.setup.account_id, self._world.clock(), changes))

    @property
    def deliveries(self) -> list[Delivery]:
        """What was announced, each to one address; address by address, the oldest first."""
        return [delivery for courier in self._couriers for delivery in courier.deliveries]

    def wait(self, timeout: float) -> list[Delivery]:
        """Wait until every delivery is settled. Raises TimeoutError, naming one that is not, after so many seconds."""
        deadline = time.monotonic() + timeout
        for courier in self._couriers:
            if waiting := courier.wait(deadline):
                first = waiting[0]
                why = f": {first.problem}" if first.problem else ""
                raise TimeoutError(f"{len(waiting)} deliveries wait, the first a {first.event} to {first.url}{why}.")
        return self.deliveries

    def trouble(self, trouble: Trouble) -> None:
        """Make deliveries go wrong until `calm`."""
        with self._lock:
            self.troubles.insert(0, trouble)

    def calm(self) -> None:
        """Take all troubles away."""
        with self._lock:
            self.troubles.clear()

    def listen(self, listener: Listener) -> None:
        """Call this with the body of every event from now on, when it happens and without a wire."""
        self._listeners.append(listener)

    def watch(self, watch: Watch) -> None:
        """Call this with a delivery after each try from now on, or when there is none, from a courier's thread."""
        self._watches.append(watch)

    def waiting(self) -> list[Row]:
        """What is on its way, as plain values that another process can `resume`."""
        rows = [row for courier in self._couriers for row in courier.waiting()]
        return [tuple(row) for row in (*rows, *self._unclaimed)]

    def resume(self, rows: Sequence[Row]) -> None:
        """Goes on with what another process left, each with the webhook of its address."""
        left = [Waiting(*row) for row in rows]
        for courier in {courier.webhook.url: courier for courier in reversed(self._couriers)}.values():
            courier.resume([row for row in left if row.url == courier.webhook.url])
            left = [row for row in left if row.url != courier.webhook.url]
        self._unclaimed = left

    def stop(self) -> None:
        """Drop what waits to be brought or tried again."""
        for courier in self._couriers:
            courier.stop()

    def _send(self, event: str, body: object) -> None:
        raw = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
        for listener in self._listeners:
            listener(json.loads(raw))
        with self._lock:
            trouble = self._trouble_of(event)
            copies, late = (trouble.copies, trouble.late) if trouble else (1, 0)
            for courier in self._couriers:
                if courier.webhook.wants(event):
                    courier.take(event, raw, copies=copies, late=late)
        self.changed()

    def _trouble_of(self, event: str) -> Trouble | None:
        hit: Trouble | None = None
        for trouble in self.troubles:
            if trouble.strikes(event) and hit is None:
                trouble.hits += 1
                hit = trouble
        return hit

    def _tell_watches(self, delivery: Delivery) -> None:
        self.changed()
        for watch in self._watches:
            watch(delivery)

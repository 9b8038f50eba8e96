"""A listener that is an action: its inputs are taken from the event, and it runs over a connection.

Whether it is tried again follows what the failure tells: what passes by itself is; what another input or a person would
have to change is not; and a create of which nobody knows whether it happened is not, either.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from zoom_component.client.calls import SessionOptions
from zoom_component.dotted_paths import find_values
from zoom_component.errors import (
    ComponentError,
    ConnectionFailed,
    NotFound,
    TimedOut,
    TryLater,
    Unavailable,
    Unexpected,
)
from zoom_component.events.listeners.listener import Delivery, Reject, Retry

if TYPE_CHECKING:
    from zoom_component.client.session import Session
    from zoom_component.component import Component

__all__ = ["ActionHandler"]

# What is read right after an event may not be there yet; a connection can be mended while the event waits.
_TRANSIENT = (TryLater, NotFound, ConnectionFailed)
_UNCERTAIN = (TimedOut, Unavailable, Unexpected)


class ActionHandler:
    """Runs one action for each event. `inputs` are paths into the event's body, `constants` are values.

    A path that leads nowhere leaves its input out. `connection` is a saved one's name; without it the environment says.
    """

    def __init__(
        self, component: Component, key: str, inputs: Mapping[str, str], constants: Mapping[str, Any] | None = None,
        connection: str | None = None,
    ) -> None:  # fmt: skip
        self._component = component
        self._key = key
        self._paths = {name: tuple(path.split(".")) for name, path in inputs.items()}
        self._constants = dict(constants or {})
        self._connection = connection
        self._guard = Lock()
        self._session: Session | None = None

    def handle(self, delivery: Delivery, timeout: float) -> None:
        """Run it once: trying again is the dispatcher's."""
        try:
            self._get_session(timeout).run(self._key, self.build_inputs(delivery.event.body))
        except ComponentError as error:
            raise self._to_outcome_error(error) from error

    def build_inputs(self, body: Any) -> dict[str, Any]:
        """The inputs for an event."""
        found = dict(self._constants)
        for name, path in self._paths.items():
            found.update((name, value) for value in find_values(body, path))
        return found

    def close(self) -> None:
        """Close the connections."""
        with self._guard:
            session, self._session = self._session, None
        if session is not None:
            session.close()

    def list_secrets(self) -> Iterable[str]:
        """Those of the connection."""
        with self._guard:
            return () if self._session is None else self._session.connection.get_secrets()

    def _get_session(self, timeout: float) -> Session:
        with self._guard:
            if self._session is None:
                self._session = self._component.connect(
                    self._connection, options=SessionOptions(timeout=timeout, retries=0)
                )
            return self._session

    def _to_outcome_error(self, error: ComponentError) -> Exception:
        told = f"{error.kind}: {error.message}"
        if isinstance(error, _UNCERTAIN) and self._component.get_action(self._key).effect in ("create", "any"):
            return Reject(f"{told.rstrip('.')}. It may have happened all the same: look, then replay it or let it be")
        return Retry(told, _seconds_until_retry(error)) if isinstance(error, _TRANSIENT) else Reject(told)


def _seconds_until_retry(error: ComponentError) -> float | None:
    """Seconds until the time that an error names."""
    try:
        return max(datetime.fromisoformat(getattr(error, "retry_at", "")).timestamp() - time.time(), 0.0)
    except ValueError:
        return None

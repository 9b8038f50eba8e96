"""Run an action for each event, with inputs taken from the event.

A temporary failure is retried. A failure that needs other inputs or a person is not, and neither is a create action
whose outcome is unknown.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from zoom_component.client.calls import SessionOptions
from zoom_component.client.network.settings import NetworkSettings
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
from zoom_component.forked_processes import ProcessLocal, registered

if TYPE_CHECKING:
    from zoom_component.client.session import Session
    from zoom_component.component import Component

__all__ = ["ActionHandler"]

# An object may not be readable right after its event; a connection can be fixed while the event waits.
_TRANSIENT = (TryLater, NotFound, ConnectionFailed)
_UNCERTAIN = (TimedOut, Unavailable, Unexpected)


class ActionHandler(ProcessLocal):
    """Run one action for each event.

    `inputs` maps input keys to paths in the event's body; an input whose path does not exist is left out. `constants`
    maps input keys to values. `connection` is the name of a saved connection; without it, the environment decides.
    `network` names a proxy and certificate authorities to use instead of those of the connection.
    """

    def __init__(
        self, component: Component, key: str, inputs: Mapping[str, str], constants: Mapping[str, Any] | None = None,
        connection: str | None = None, network: NetworkSettings | None = None,
    ) -> None:  # fmt: skip
        self._component = component
        self._key = key
        self._paths = {name: tuple(path.split(".")) for name, path in inputs.items()}
        self._constants = dict(constants or {})
        self._connection = connection
        self._network = network or NetworkSettings()
        self._guard = Lock()
        self._session: Session | None = None
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Replace the lock; the session opens connections of its own."""
        self._guard = Lock()

    def handle(self, delivery: Delivery, timeout: float) -> None:
        """Run the action once; the dispatcher does the retries."""
        try:
            self._get_session(timeout).run(self._key, self.build_inputs(delivery.event.body))
        except ComponentError as error:
            raise self._to_outcome_error(error) from error

    def build_inputs(self, body: Any) -> dict[str, Any]:
        """Return the action's inputs for an event body."""
        inputs = dict(self._constants)
        for name, path in self._paths.items():
            inputs.update((name, value) for value in find_values(body, path))
        return inputs

    def close(self) -> None:
        """Close the session."""
        with self._guard:
            session, self._session = self._session, None
        if session is not None:
            session.close()

    def list_secrets(self) -> Iterable[str]:
        """Return the secrets of the connection."""
        with self._guard:
            return () if self._session is None else self._session.connection.get_secrets()

    def _get_session(self, timeout: float) -> Session:
        with self._guard:
            if self._session is None:
                self._session = self._component.connect(
                    self._connection, options=SessionOptions(timeout=timeout, retries=0),
                    proxy=self._network.proxy or None, ca_file=self._network.ca_file or None,
                )  # fmt: skip
            return self._session

    def _to_outcome_error(self, error: ComponentError) -> Exception:
        message = f"{error.kind}: {error.message}"
        if isinstance(error, _UNCERTAIN) and self._component.get_action(self._key).effect in ("create", "any"):
            remedy = "The action may have succeeded all the same: check in Zoom before you replay the event"
            return Reject(f"{message.rstrip('.')}. {remedy}")
        return Retry(message, _seconds_until_retry(error)) if isinstance(error, _TRANSIENT) else Reject(message)


def _seconds_until_retry(error: ComponentError) -> float | None:
    """Return the seconds until the error's `retry_at`; None if it has none."""
    try:
        return max(datetime.fromisoformat(getattr(error, "retry_at", "")).timestamp() - time.time(), 0.0)
    except ValueError:
        return None

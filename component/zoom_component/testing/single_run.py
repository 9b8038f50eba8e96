"""Record, log or replay a single run, for the command `run`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoom_component.client.connections.connection import StaticToken
from zoom_component.client.network.transports import create_httpx_transport
from zoom_component.client.session import Session
from zoom_component.client.transport.driver import Driver, get_network
from zoom_component.errors import ComponentError, Unexpected
from zoom_component.testing.backends import do_nothing
from zoom_component.testing.exchanges import RecordedExchange, RecordingTransport
from zoom_component.testing.recording import (
    RecordingWriter,
    Replay,
    ReplayTransport,
    UnrecordedRequest,
    UnusedExchanges,
)
from zoom_component.testing.run_log import RunRecord, append_record
from zoom_component.testing.sandbox_session import BASE_URL

if TYPE_CHECKING:
    import httpx

    from zoom_component.client.actions import Actions
    from zoom_component.client.calls import SessionOptions
    from zoom_component.client.connections.connection import Connection

__all__ = ["RecordedRun", "ReplayedRun"]


class RecordedRun:
    """Record a run over a connection, into a recording, a log of runs, or both.

    `private_inputs` are the inputs whose values are secret, by their names.
    """

    def __init__(
        self,
        connection: Connection,
        inner: httpx.BaseTransport | None = None,
        private_inputs: Mapping[str, str] | None = None,
    ) -> None:
        self._connection = connection
        self._private_inputs = dict(private_inputs or {})
        inner = inner or create_httpx_transport(connection.base_url, get_network(connection))
        self.transport = RecordingTransport(inner, connection.base_url)
        self.exchanges: list[RecordedExchange] = self.transport.exchanges
        self._started_at, self._started = time.time(), time.perf_counter()

    def write_recording(self, path: Path) -> None:
        """Write the exchanges as a recording. Raise OSError."""
        recording = RecordingWriter(path)
        recording.add_exchanges(self.exchanges, secrets=self._list_secrets())
        recording.write()

    def append_to_log(
        self, path: Path, key: str, inputs: Mapping[str, Any], options: Mapping[str, Any],
        data: Any = None, error: ComponentError | None = None,
    ) -> None:  # fmt: skip
        """Append the run to a log of runs. Raise OSError."""
        seconds = time.perf_counter() - self._started
        run = RunRecord(key, inputs, options, self._started_at, seconds, self.exchanges, data, error)
        append_record(path, run._replace(secrets=self._list_secrets(), private_inputs=self._private_inputs))

    def _list_secrets(self) -> set[str]:
        return {*self._connection.get_secrets(), *self._private_inputs.values()}


class ReplayedRun:
    """Replay a run from recorded exchanges. Leaving a `with` block raises Unexpected if they differ from the run."""

    def __init__(self, transport: ReplayTransport) -> None:
        self.transport = transport

    @classmethod
    def from_recording(cls, path: Path) -> ReplayedRun:
        """Replay a recording. Raise SpecError or OSError if it cannot be read."""
        return cls(Replay.from_file(path).create_transport())

    def create_session(self, actions: Actions, options: SessionOptions) -> Session:
        """Return a session on the recording, in which no wait takes time."""
        driver = Driver(
            StaticToken("replayed-token", base_url=BASE_URL, name="replay"), self.transport, sleep=do_nothing
        )
        return Session(actions, driver, options._replace(count_daily=False))

    def __enter__(self) -> ReplayedRun:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, UnrecordedRequest):
            raise Unexpected(str(error)) from None
        if error is None or isinstance(error, ComponentError):
            try:
                self.transport.check_all_used()
            except (UnusedExchanges, UnrecordedRequest) as difference:
                raise Unexpected(str(difference)) from None

"""A single run that is kept, or played: what `run` needs of recordings and records."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoom_component.client.connections.connection import StaticToken
from zoom_component.client.session import Session
from zoom_component.client.transport.driver import Driver, create_transport
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
    """A run over a wire whose exchanges are kept: in a recording, in a file of records, or both."""

    def __init__(self, connection: Connection, inner: httpx.BaseTransport | None = None) -> None:
        self.transport = RecordingTransport(inner or create_transport(connection.base_url), connection.base_url)
        self.exchanges: list[RecordedExchange] = self.transport.exchanges
        self._began, self._ticks = time.time(), time.perf_counter()

    def write_recording(self, path: Path) -> None:
        """Writes the exchanges as a recording. Raises OSError."""
        recording = RecordingWriter(path)
        recording.add_exchanges(self.exchanges)
        recording.write()

    def append_to_log(
        self, path: Path, key: str, inputs: Mapping[str, Any], options: Mapping[str, Any],
        data: Any = None, error: ComponentError | None = None,
    ) -> None:  # fmt: skip
        """Adds the run to a file of records. Raises OSError."""
        seconds = time.perf_counter() - self._ticks
        append_record(path, RunRecord(key, inputs, options, self._began, seconds, self.exchanges, data, error))


class ReplayedRun:
    """A run that is answered from exchanges. In a `with`: Unexpected when it and they were not the same."""

    def __init__(self, transport: ReplayTransport) -> None:
        self.transport = transport

    @classmethod
    def from_recording(cls, path: Path) -> ReplayedRun:
        """A run answered from a recording. Raises SpecError, OSError."""
        return cls(Replay.from_file(path).create_transport())

    def create_session(self, actions: Actions, options: SessionOptions) -> Session:
        """A session over it, in which no wait takes time."""
        wire = Driver(StaticToken("replayed-token", base_url=BASE_URL, name="replay"), self.transport, sleep=do_nothing)
        return Session(actions, wire, options._replace(count_daily=False))

    def __enter__(self) -> ReplayedRun:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: object) -> None:
        if isinstance(problem, UnrecordedRequest):
            raise Unexpected(str(problem)) from None
        if problem is None or isinstance(problem, ComponentError):
            try:
                self.transport.check_all_used()
            except (UnusedExchanges, UnrecordedRequest) as other:
                raise Unexpected(str(other)) from None

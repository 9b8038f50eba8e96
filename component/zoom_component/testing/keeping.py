"""A single run that is kept, or played: what `run` needs of recordings and records."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoom_component.client.connections.connection import StaticToken
from zoom_component.client.session import Session
from zoom_component.client.transport.http import sync_transport
from zoom_component.client.transport.wire import Wire
from zoom_component.errors import ComponentError, Unexpected
from zoom_component.testing.exchanges import Exchange, Witness
from zoom_component.testing.recording import Leftover, Recording, Replay, Replayed, Unrecorded
from zoom_component.testing.records import Run, append
from zoom_component.testing.stages import nothing
from zoom_component.testing.still import BASE

if TYPE_CHECKING:
    import httpx

    from zoom_component.client.actions import Actions
    from zoom_component.client.calls import Options
    from zoom_component.client.connections.connection import Connection

__all__ = ["Kept", "Played"]


class Kept:
    """A run over a wire whose exchanges are kept: in a recording, in a file of records, or both."""

    def __init__(self, connection: Connection, inner: httpx.BaseTransport | None = None) -> None:
        self.transport = Witness(inner or sync_transport(connection.base_url), connection.base_url)
        self.exchanges: list[Exchange] = self.transport.exchanges
        self._began, self._ticks = time.time(), time.perf_counter()

    def record(self, path: Path) -> None:
        """Writes the exchanges as a recording. Raises OSError."""
        recording = Recording(path)
        recording.add(self.exchanges)
        recording.write()

    def log(
        self, path: Path, key: str, inputs: Mapping[str, Any], how: Mapping[str, Any],
        data: Any = None, error: ComponentError | None = None,
    ) -> None:  # fmt: skip
        """Adds the run to a file of records. Raises OSError."""
        seconds = time.perf_counter() - self._ticks
        append(path, Run(key, inputs, how, self._began, seconds, self.exchanges, data, error))


class Played:
    """A run that is answered from exchanges. In a `with`: Unexpected when it and they were not the same."""

    def __init__(self, transport: Replayed) -> None:
        self.transport = transport

    @classmethod
    def of_recording(cls, path: Path) -> Played:
        """A run answered from a recording. Raises SpecError, OSError."""
        return cls(Replay.load(path).of())

    def session(self, actions: Actions, options: Options) -> Session:
        """A session over it, in which no wait takes time."""
        wire = Wire(StaticToken("replayed-token", base_url=BASE, name="replay"), self.transport, sleep=nothing)
        return Session(actions, wire, options._replace(count_daily=False))

    def __enter__(self) -> Played:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: object) -> None:
        if isinstance(problem, Unrecorded):
            raise Unexpected(str(problem)) from None
        if problem is None or isinstance(problem, ComponentError):
            try:
                self.transport.settle()
            except (Leftover, Unrecorded) as other:
                raise Unexpected(str(other)) from None

"""The pollers of one test spec: one for each trigger and its settings, over an inbox of the spec's own."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from zoom_component.client.session import Session
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.polling import Poller, configure_poll

__all__ = ["SpecPollers"]


class SpecPollers:
    """Polls over a session. In a `with`: the inbox is gone afterwards, and is made only if something polls."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._store: SqliteInbox | None = None
        self._pollers: dict[str, Poller] = {}

    def poll(
        self, key: str, inputs: Mapping[str, Any], *, emit_first: bool = False, restart: bool = False
    ) -> tuple[dict[str, Any], list[Mapping[str, Any]]]:
        """One poll: what it came to (`outcome`, and `wait`, the seconds to the next), and the bodies of its events.

        `restart`: a new poller over the same file, as after the end of a process. Raises the poll's ComponentError.
        """
        if restart:
            self._close()
        said = json.dumps([key, dict(inputs), emit_first], sort_keys=True)
        if said not in self._pollers:
            watched = configure_poll(self._session.actions, key, inputs, now=self._session.options.clock())
            self._pollers[said] = Poller(self._session, self._get_inbox(), watched, emit_first=emit_first)
        polled = self._pollers[said].poll()
        if polled.error is not None:
            raise polled.error
        told = {"outcome": polled.outcome, "wait": round(polled.next_poll_at - self._session.options.clock())}
        return told, [json.loads(event.body) for event in polled.events]

    def __enter__(self) -> SpecPollers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        if self._folder is not None:
            self._folder.cleanup()

    def _get_inbox(self) -> SqliteInbox:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="zoom-component-")
        if self._store is None:
            self._store = SqliteInbox(Path(self._folder.name) / "inbox.db")
        return self._store

    def _close(self) -> None:
        self._pollers.clear()
        if self._store is not None:
            self._store.close()
            self._store = None

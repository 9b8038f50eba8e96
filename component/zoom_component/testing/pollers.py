"""Poll triggers for one test spec, with a temporary inbox."""

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
from zoom_component.json_output import to_json

__all__ = ["SpecPollers"]


class SpecPollers:
    """Poll over a session, with one poller for each trigger and its settings.

    The inbox is created with the first poll and deleted at the end of a `with` block.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._inbox: SqliteInbox | None = None
        self._pollers: dict[str, Poller] = {}

    def poll(
        self, key: str, inputs: Mapping[str, Any], *, emit_first: bool = False, restart: bool = False
    ) -> tuple[dict[str, Any], list[Mapping[str, Any]]]:
        """Poll once. Return the `outcome` and the seconds to `wait` for the next poll, and the bodies of the events.

        `restart` uses a new poller with the same inbox, as after a restart of the process. Raise ComponentError.
        """
        if restart:
            self._close()
        key_text = to_json([key, dict(inputs), emit_first], sort_keys=True)
        if key_text not in self._pollers:
            config = configure_poll(self._session.actions, key, inputs, now=self._session.options.clock())
            self._pollers[key_text] = Poller(self._session, self._get_inbox(), config, emit_first=emit_first)
        result = self._pollers[key_text].poll()
        if result.error is not None:
            raise result.error
        outcome = {"outcome": result.outcome, "wait": round(result.next_poll_at - self._session.options.clock())}
        return outcome, [json.loads(event.body) for event in result.events]

    def __enter__(self) -> SpecPollers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        if self._folder is not None:
            self._folder.cleanup()

    def _get_inbox(self) -> SqliteInbox:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="zoom-component-")
        if self._inbox is None:
            self._inbox = SqliteInbox(Path(self._folder.name) / "inbox.db")
        return self._inbox

    def _close(self) -> None:
        self._pollers.clear()
        if self._inbox is not None:
            self._inbox.close()
            self._inbox = None

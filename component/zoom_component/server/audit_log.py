"""Write who called which action, when and with what outcome, one line of JSON for each, into a private file.

A call that writes is recorded before it begins: if that fails, the call is not made. No inputs and no results are
recorded, since these hold names, passcodes and links.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from zoom_component.errors import ComponentError, InputError, Problem, TryLater
from zoom_component.forked_processes import ProcessLocal, registered
from zoom_component.json_output import to_json
from zoom_component.log_records import get_logger
from zoom_component.printable_text import format_line
from zoom_component.private_files import append_private_line
from zoom_component.server.access import Caller

__all__ = ["AuditEntry", "AuditLog"]

_MAX_TEXT = 100
_REPORT_INTERVAL = 60.0  # seconds between two reports of a file that cannot be written
_log = get_logger("zoom_component.server")


class AuditEntry:
    """Hold what is recorded of one call. `outcome` is "ok" or the kind of an error, `status` that of the response."""

    def __init__(self, caller: Caller, server: str, action: str, effect: str, connection: str = "") -> None:
        self.caller, self.server, self.effect = caller, server, effect
        self.action = format_line(action, _MAX_TEXT)
        self.connection = format_line(connection, _MAX_TEXT)
        self.id = uuid.uuid4().hex
        self.outcome = "ok"
        self.status: int | None = None

    def as_json(self, phase: str, **more: str | float) -> dict[str, str | float]:
        """Return the line of this entry; `phase` is "begin" or "end"."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {
            "time": now,
            "phase": phase,
            "id": self.id,
            "server": self.server,
            "client": self.caller.client,
            "key": self.caller.key_id,
            "action": self.action,
            "effect": self.effect,
            "connection": self.connection,
            **more,
        }


class AuditLog(ProcessLocal):
    """Append to the file at `path`, or to no file. Raise InputError if it cannot be written at the start."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._reported_at = float("-inf")
        registered.add(self)
        if path is not None:
            try:
                append_private_line(path, to_json({"time": datetime.now(UTC).isoformat(), "phase": "start"}))
            except OSError as error:
                message = f"expected a file that can be written, got {path}: {error.strerror or error}"
                raise InputError([Problem("--audit-log", message)]) from None

    def reset_after_fork(self) -> None:
        """Replace the lock, which belongs to the parent's event loop."""
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def record(self, entry: AuditEntry) -> AsyncIterator[AuditEntry]:
        """Record a call around its block. Raise TryLater before a call that writes if the file cannot be written."""
        if self._path is None:
            yield entry
            return
        began = time.monotonic()
        if entry.effect != "read" and not await self._append(entry.as_json("begin")):
            raise TryLater("the audit log of this server cannot be written, so nothing that writes is called; fix it")
        try:
            yield entry
        except ComponentError as error:
            entry.outcome = error.kind
            raise
        except BaseException as error:
            entry.outcome = "cancelled" if isinstance(error, asyncio.CancelledError) else "failed"
            raise
        finally:
            if entry.outcome == "ok" and entry.status is not None and entry.status >= 400:
                entry.outcome = "failed"
            seconds = round(time.monotonic() - began, 3)
            # Shielded, so that a call whose caller disconnects is recorded too.
            await asyncio.shield(self._append(entry.as_json("end", outcome=entry.outcome, seconds=seconds)))

    async def _append(self, line: dict[str, str | float]) -> bool:
        """Return whether the line was written. Report it if not."""
        assert self._path is not None
        try:
            await asyncio.to_thread(append_private_line, self._path, to_json(line))
        except OSError as error:
            if time.monotonic() - self._reported_at > _REPORT_INTERVAL:
                self._reported_at = time.monotonic()
                reason = error.strerror or error
                _log.error("the audit log %s cannot be written: %s; no call that writes is made", self._path, reason)
            return False
        return True

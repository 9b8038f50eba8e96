"""What a test may see and change of an account from Python; the admin API offers the same to other languages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from zoom_sandbox.documents import read_document
from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.factory import Document
from zoom_sandbox.faults import ANY, Fault
from zoom_sandbox.messages import RecordedRequest


class AccountMethods:
    """The account in the hands of a test."""

    engine: SandboxEngine

    @property
    def requests(self) -> list[RecordedRequest]:
        """What arrived, the oldest first, without Authorization headers."""
        return self.engine.requests

    def clear_requests(self) -> None:
        """Forget what arrived."""
        self.engine.clear_requests()

    def get_state(self) -> dict[str, Any]:
        """What there is, in numbers: users, meetings and so on."""
        return self.engine.get_state()

    def reset(self) -> None:
        """Make the account what it was at the start: data, tokens, clock, faults and requests."""
        self.engine.reset()

    def load_data(self, data: Document) -> None:
        """Add the data of a document or of a YAML file. Raises Mistake (a ValueError) with all that is wrong."""
        self.engine.load_data(data if isinstance(data, Mapping) else read_document(data))

    def now(self) -> float:
        """The account's time in epoch seconds."""
        return self.engine.clock()

    def set_clock(self, moment: float) -> None:
        """Make it another time, in epoch seconds; the clock goes on from there."""
        self.engine.set_clock(moment)

    def advance_clock(self, seconds: float) -> None:
        """Move the clock ahead; tokens and page tokens age with it."""
        self.engine.set_clock(self.engine.clock() + seconds)

    def issue_token(self, scopes: Collection[str] | None = None) -> str:
        """A bearer token that works at once and ends no other; with `scopes` it has those and no other."""
        return self.engine.issue_token(scopes)

    def add_fault(
        self,
        method: str = ANY,
        path: str = ANY,
        *,
        status: int | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        calls: Collection[int] = (),
        drop: bool = False,
        delay: float = 0.0,
        **more: Any,
    ) -> Fault:
        """Make calls of an operation go wrong; `path` is its template, such as `/users/{userId}` or `/oauth/token`.

        `calls` are the calls to hit, counted from 1 (empty: all); `status`, `body` and `headers` are the answer in
        place of Zoom's; `drop` closes the connection; `delay` is in seconds. `more` are the further words of `Fault`:
        `probability` with `seed`, `retry_after` with `retry_form`, `truncate`, `repeat_page`, `revoke`. Raises
        ValueError for a path that no operation has, or a value that is none.
        """
        return self.engine.add_fault(
            Fault(method, path, status, body, headers or {}, calls, drop, delay, **more),
        )

    def clear_faults(self) -> None:
        """Take all faults away."""
        self.engine.faults.clear()

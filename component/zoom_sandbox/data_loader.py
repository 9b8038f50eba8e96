"""Data of one's own: people, meetings, webinars and registrants of a document, made by the operations themselves.

So a document can say what a request can say, is held to the same rules, and needs nothing new when a resource does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from zoom_facts import find_operation
from zoom_sandbox.documents import SandboxInputError, describe_unknown_name
from zoom_sandbox.errors import ApiError
from zoom_sandbox.resources.users.state import Users

if TYPE_CHECKING:
    from zoom_sandbox.engine import SandboxEngine

SECTIONS = ("users", "meetings", "webinars", "calls")
STATUSES = ("active", "inactive", "pending")
_GATHERINGS = ("meetings", "webinars")
Row = Mapping[str, Any]


def load_data(engine: SandboxEngine, document: Any) -> None:
    """Put a document's data into an account. Raises Mistake with every part that is wrong; the rest is made."""
    sowing = _Sowing(engine)
    sowing.document({} if document is None else document)
    if sowing.wrong:
        raise SandboxInputError(sowing.wrong)


@dataclass
class _Sowing:
    """One document on its way into an account."""

    zoom: SandboxEngine
    wrong: list[str] = field(default_factory=list)

    def document(self, document: Any) -> None:
        if not isinstance(document, dict):
            self.wrong.append(f"a mapping with {', '.join(SECTIONS)} is expected")
            return
        self.wrong += [
            describe_unknown_name(str(name), SECTIONS, "the document") for name in document if name not in SECTIONS
        ]
        for at, row in self._rows(document, "users", ""):
            self._user(row, at)
        for part in _GATHERINGS:
            for at, row in self._rows(document, part, ""):
                self._gathering(part, row, at, row.get("host", "me"))
        for at, row in self._rows(document, "calls", ""):
            self._call(row, at)

    def _user(self, row: Row, at: str) -> None:
        email, status = row.get("email"), row.get("status", "active")
        if not isinstance(email, str):
            self.wrong.append(f"{at}.email is {email!r}; expected is text")
            return
        if status not in STATUSES:
            self.wrong.append(f"{at}.status is {status!r}; expected is one of {', '.join(STATUSES)}")
            return
        known, patched = _fields("POST", "/users", "user_info"), _fields("PATCH", "/users/{userId}")
        own = {name: value for name, value in row.items() if name not in ("id", "status", *_GATHERINGS)}
        if not self._known(own, {*known, *patched}, at):
            return
        users = self.zoom.account.store(Users)
        if users.find(email) is None:
            info = {name: value for name, value in own.items() if name in known}
            body = {"action": "create" if status == "pending" else "custCreate", "user_info": {"type": 1, **info}}
            if self._make("POST", "/users", body, at, "user", row.get("id")) is None:
                return
        rest = {name: value for name, value in own.items() if name in patched and name != "email"}
        if rest and self._make("PATCH", f"/users/{quote(email, safe='')}", rest, at) is None:
            return
        if (user := users.find(email)) is not None and "status" in row:
            user.status = status
            users.clear_lists()
        for part in _GATHERINGS:
            for place, inner in self._rows(row, part, f"{at}."):
                self._gathering(part, inner, place, email)

    def _gathering(self, part: str, row: Row, at: str, host: str) -> None:
        own = {name: value for name, value in row.items() if name not in ("host", "id", "registrants")}
        path = f"/users/{quote(str(host), safe='')}/{part}"
        if not self._known(own, _fields("POST", f"/users/{{userId}}/{part}"), at):
            return
        made = self._make("POST", path, own, at, "meeting", row.get("id"))
        if made is None:
            return
        for place, person in self._rows(row, "registrants", f"{at}."):
            self._make("POST", f"/{part}/{made['id']}/registrants", dict(person), place)

    def _call(self, row: Row, at: str) -> None:
        method, _, path = str(row.get("call", "")).partition(" ")
        if not self._known(row, ("call", "body"), at):
            return
        if not path.startswith("/"):
            self.wrong.append(f"{at}.call is {row.get('call')!r}; expected is a request such as POST /groups")
            return
        self._make(method, path, row.get("body", {}), at)

    def _make(self, method: str, path: str, body: Any, at: str, kind: str = "", wish: Any = None) -> Any:
        """Carry out one operation; its payload, or None when it was refused, which is noted."""
        if wish is not None:
            if kind == "meeting" and not isinstance(wish, int):
                self.wrong.append(f"{at}.id is {wish!r}; expected is a whole number")
                return None
            self.zoom.account.ids.reserve(kind, wish)
        try:
            made = self.zoom.run_operation(method, path, body)
        except ApiError as refusal:
            fields = [f"{at}.{name}: {sentence}" for name, sentence in refusal.fields]
            self.wrong += fields or [f"{at}: {refusal.message}"]
            return None
        if wish is not None and made["id"] != wish:
            self.wrong.append(f"{at}.id: {wish} is taken")
        return made

    def _rows(self, document: Row, part: str, at: str) -> list[tuple[str, Row]]:
        """The items of a part with their places."""
        rows = document.get(part) or []
        if not isinstance(rows, list):
            self.wrong.append(f"{at}{part}: a list is expected")
            return []
        self.wrong += [
            f"{at}{part}[{n}]: a mapping is expected" for n, row in enumerate(rows) if not isinstance(row, dict)
        ]
        return [(f"{at}{part}[{n}]", row) for n, row in enumerate(rows) if isinstance(row, dict)]

    def _known(self, row: Row, names: Collection[str], at: str) -> bool:
        wrong = [describe_unknown_name(str(name), sorted(names), at) for name in row if name not in names]
        self.wrong += wrong
        return not wrong


def _fields(method: str, path: str, inside: str = "") -> Collection[str]:
    """The fields that an operation's body has."""
    operation = find_operation(method, path)
    schema: Any = (operation.body if operation else None) or {}
    known = schema.get("properties", {})
    return list(known[inside]["properties"] if inside else known)

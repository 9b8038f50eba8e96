"""Load users, meetings, webinars and registrants of a document, by calling the API's own operations.

So a document may hold what a request may hold, and the same rules apply, except that its meetings may lie in the past.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

from zoom_facts import find_operation
from zoom_sandbox.account import Account
from zoom_sandbox.documents import SandboxInputError, describe_unknown_field, format_value
from zoom_sandbox.errors import ApiError
from zoom_sandbox.resources.users.state import User, Users

SECTIONS = ("users", "meetings", "webinars", "requests")
STATUSES = ("active", "inactive", "pending")
_HOSTED = ("meetings", "webinars")
Row = Mapping[str, Any]


class OperationRunner(Protocol):
    """Describe what loading needs of the engine: the account, and a way to run an operation in it."""

    @property
    def account(self) -> Account:
        """Return the account."""
        ...

    def run_operation(self, method: str, path: str, body: Any) -> Any:
        """Run an operation and return its payload. Raises ApiError."""
        ...


def load_data(engine: OperationRunner, document: Any) -> None:
    """Add a document's data to an account.

    Raises SandboxInputError with the problems of every section; the sections without a problem are loaded.
    """
    loader = _DocumentLoader(engine)
    engine.account.is_loading = True
    try:
        loader.load({} if document is None else document)
    finally:
        engine.account.is_loading = False
    if loader.problems:
        raise SandboxInputError(loader.problems)


@dataclass
class _DocumentLoader:
    """Load one document, and collect its problems."""

    engine: OperationRunner
    problems: list[str] = field(default_factory=list)
    inactive_users: list[User] = field(default_factory=list)

    def load(self, document: Any) -> None:
        if not isinstance(document, dict):
            expected = f"a mapping with {', '.join(SECTIONS)}"
            self.problems.append(f"data: expected {expected}, got {format_value(document)}")
            return
        self.problems += [describe_unknown_field(str(name), SECTIONS) for name in document if name not in SECTIONS]
        rows = [(place, row, self._load_user(row, place)) for place, row in self._rows(document, "users")]
        # After all users: an alternative host may be any of them.
        for place, row, user in rows:
            for section in _HOSTED if user is not None else ():
                for inner_place, inner in self._rows(row, section, f"{place}."):
                    self._load_meeting(section, inner, inner_place, row["email"])
        for section in _HOSTED:
            for place, row in self._rows(document, section):
                self._load_meeting(section, row, place, row.get("host", "me"))
        # A deactivated user cannot host, but may have meetings.
        for user in self.inactive_users:
            user.status = "inactive"
        self.engine.account.store(Users).clear_lists()
        for place, row in self._rows(document, "requests"):
            self._send_request(row, place)

    def _load_user(self, row: Row, place: str) -> User | None:
        """Create or update a user, and return it, still active if its status is inactive; None after a problem."""
        email, status = row.get("email"), row.get("status", "active")
        if not isinstance(email, str):
            self.problems.append(f"{place}.email: expected text, got {format_value(email)}")
            return None
        if status not in STATUSES:
            self.problems.append(f"{place}.status: expected one of {', '.join(STATUSES)}, got {format_value(status)}")
            return None
        created, updated = _body_fields("POST", "/users", "user_info"), _body_fields("PATCH", "/users/{userId}")
        own = {name: value for name, value in row.items() if name not in ("id", "status", *_HOSTED)}
        if not self._check_fields(own, {*created, *updated}, place):
            return None
        users = self.engine.account.store(Users)
        if users.find(email) is None:
            info = {name: value for name, value in own.items() if name in created}
            body = {"action": "custCreate", "user_info": {"type": 1, **info}}
            self._run("POST", "/users", body, place, "user", row.get("id"))
        if (user := users.find(email)) is not None:
            changes = {name: value for name, value in own.items() if name in updated and name != "email"}
            self._update_user(user, row.get("status", user.status), changes, place)
        return user

    def _update_user(self, user: User, status: str, changes: Row, place: str) -> None:
        """Change a user's other fields, then the status: the fields of a pending user cannot change."""
        user.status = "active"
        if changes:
            self._run("PATCH", f"/users/{quote(user.email, safe='')}", changes, place)
        if status == "inactive":
            self.inactive_users.append(user)
        else:
            user.status = status

    def _load_meeting(self, section: str, row: Row, place: str, host: str) -> None:
        """Create a meeting or a webinar with its registrants."""
        own = {name: value for name, value in row.items() if name not in ("host", "id", "registrants")}
        path = f"/users/{quote(str(host), safe='')}/{section}"
        if not self._check_fields(own, _body_fields("POST", f"/users/{{userId}}/{section}"), place):
            return
        payload = self._run("POST", path, own, place, "meeting", row.get("id"))
        if payload is None:
            return
        for inner_place, person in self._rows(row, "registrants", f"{place}."):
            self._run("POST", f"/{section}/{payload['id']}/registrants", dict(person), inner_place)

    def _send_request(self, row: Row, place: str) -> None:
        if not self._check_fields(row, ("method", "path", "body"), place):
            return
        method, path = row.get("method"), row.get("path")
        if not isinstance(method, str) or not isinstance(path, str) or not path.startswith("/"):
            example = "{method: POST, path: /groups, body: {name: Sales}}"
            self.problems.append(f"{place}: expected a request such as {example}, got {format_value(row)}")
            return
        self._run(method, path, row.get("body", {}), place)

    def _run(self, method: str, path: str, body: Any, place: str, kind: str = "", wanted_id: Any = None) -> Any:
        """Run one operation and return its payload, or None when it fails, which is added to the problems."""
        if wanted_id is not None:
            if kind == "meeting" and not isinstance(wanted_id, int):
                self.problems.append(f"{place}.id: expected an integer, got {format_value(wanted_id)}")
                return None
            self.engine.account.ids.reserve(kind, wanted_id)
        try:
            payload = self.engine.run_operation(method, path, body)
        except ApiError as error:
            fields = [f"{place}.{name}: {message}" for name, message in error.fields]
            self.problems += fields or [f"{place}: {error.message}"]
            return None
        if wanted_id is not None and payload["id"] != wanted_id:
            self.problems.append(f"{place}.id: {format_value(wanted_id)} is already in use")
        return payload

    def _rows(self, document: Row, section: str, prefix: str = "") -> list[tuple[str, Row]]:
        """Return the items of a section with their places, such as `users[0]`."""
        rows = document.get(section) or []
        if not isinstance(rows, list):
            self.problems.append(f"{prefix}{section}: expected a list, got {format_value(rows)}")
            return []
        places = [f"{prefix}{section}[{index}]" for index in range(len(rows))]
        self.problems += [
            f"{place}: expected a mapping, got {format_value(row)}"
            for place, row in zip(places, rows, strict=True)
            if not isinstance(row, dict)
        ]
        return [(place, row) for place, row in zip(places, rows, strict=True) if isinstance(row, dict)]

    def _check_fields(self, row: Row, known: Collection[str], place: str) -> bool:
        problems = [describe_unknown_field(str(name), sorted(known), f"{place}.") for name in row if name not in known]
        self.problems += problems
        return not problems


def _body_fields(method: str, path: str, inside: str = "") -> Collection[str]:
    """Return the field names of an operation's body, or of one object in it."""
    operation = find_operation(method, path)
    schema: Any = (operation.body if operation else None) or {}
    properties = schema.get("properties", {})
    return list(properties[inside]["properties"] if inside else properties)

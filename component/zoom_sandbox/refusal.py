"""How the embedded Zoom says no: Zoom's status, its own code, a sentence, and the fields that are to blame."""

from __future__ import annotations

from typing import Any

from zoom_facts import Operation
from zoom_sandbox.messages import Response, as_json

# Codes that any operation may answer, listed by it or not.
COMMON = frozenset({(400, 300), (400, 200), (401, 124), (400, 4711), (429, 429)})

Field = tuple[str, str]


class Refusal(Exception):
    """Raised anywhere below `Zoom.respond`, which turns it into the response."""

    def __init__(self, status: int, code: int, message: str, fields: tuple[Field, ...] = ()) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.fields = status, code, message, fields

    def response(self) -> Response:
        """The refusal in Zoom's shape: `{code, message}`, with `errors` when fields are named."""
        payload: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.fields:
            payload["errors"] = [{"field": field, "message": message} for field, message in self.fields]
        return as_json(self.status, payload)


def invalid(*fields: Field, message: str = "Validation Failed.") -> Refusal:
    """A 400/300: the request is malformed; each field as (name, sentence)."""
    return Refusal(400, 300, message, fields)


def invalid_token() -> Refusal:
    """A 401/124: no bearer token, or one that is unknown, revoked or expired."""
    return Refusal(401, 124, "Invalid access token.")


def refuse(operation: Operation, message: str, *wanted: tuple[int, int]) -> Refusal:
    """The first of the wanted (status, code) pairs that the operation lists.

    Operations disagree in the codes they list for one and the same reason, and an operation here never answers a code
    that its page does not have. Where none of the wanted ones is listed, any listed code of the same status serves,
    but for a 400, whose codes say too much: there, and last of all, 300.
    """
    listed = [(int(error["status"]), int(error["code"])) for error in operation.errors]
    for pair in wanted:
        if pair in listed or pair in COMMON:
            return Refusal(*pair, message)
    statuses = {status for status, _ in wanted}
    for pair in listed:
        if pair[0] in statuses and pair[0] != 400:
            return Refusal(*pair, message)
    return Refusal(400, 300, message)

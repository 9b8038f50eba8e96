"""How the embedded Zoom says no: Zoom's status, its own code, a sentence, and the fields that are to blame."""

from __future__ import annotations

from typing import Any

from zoom_facts import Operation
from zoom_sandbox.messages import Response, json_response

# Codes that any operation may answer, listed by it or not.
COMMON_CODES = frozenset({(400, 300), (400, 200), (401, 124), (400, 4711), (429, 429)})

FieldError = tuple[str, str]


class ApiError(Exception):
    """Raised anywhere below `Zoom.respond`, which turns it into the response."""

    def __init__(self, status: int, code: int, message: str, fields: tuple[FieldError, ...] = ()) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.fields = status, code, message, fields

    def to_response(self) -> Response:
        """The refusal in Zoom's shape: `{code, message}`, with `errors` when fields are named."""
        payload: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.fields:
            payload["errors"] = [{"field": field, "message": message} for field, message in self.fields]
        return json_response(self.status, payload)


def validation_error(*fields: FieldError, message: str = "Validation Failed.") -> ApiError:
    """A 400/300: the request is malformed; each field as (name, sentence)."""
    return ApiError(400, 300, message, fields)


def invalid_token_error() -> ApiError:
    """A 401/124: no bearer token, or one that is unknown, revoked or expired."""
    return ApiError(401, 124, "Invalid access token.")


def choose_error(operation: Operation, message: str, *candidates: tuple[int, int]) -> ApiError:
    """The first of the wanted (status, code) pairs that the operation lists.

    Operations disagree in the codes they list for one and the same reason, and an operation here never answers a code
    that its page does not have. Where none of the wanted ones is listed, any listed code of the same status serves,
    but for a 400, whose codes say too much: there, and last of all, 300.
    """
    listed = [(int(error["status"]), int(error["code"])) for error in operation.errors]
    for pair in candidates:
        if pair in listed or pair in COMMON_CODES:
            return ApiError(*pair, message)
    statuses = {status for status, _ in candidates}
    for pair in listed:
        if pair[0] in statuses and pair[0] != 400:
            return ApiError(*pair, message)
    return ApiError(400, 300, message)

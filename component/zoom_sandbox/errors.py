"""Define the errors that the sandbox answers, and load those of a resource from its errors.yaml.

An entry of `resources/<resource>/errors.yaml` has these keys; texts are templates whose fields the caller fills:

- `message`: the text of the answer ("Validation Failed." by default).
- `codes`: the possible `status/code` pairs. An operation answers the first that its page lists (400/300 by default).
- `fields`: the parameters that are wrong, each with its own message.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from zoom_facts import Operation
from zoom_sandbox.messages import Response, json_response

_RESOURCES = Path(__file__).parent / "resources"
# Codes that any operation may answer, listed by it or not.
COMMON_CODES = frozenset({(400, 300), (400, 200), (401, 124), (400, 4711), (429, 429)})
_INVALID = "Validation Failed."

Code = tuple[int, int]  # HTTP status and Zoom's own code
FieldError = tuple[str, str]  # parameter and message


class ApiError(Exception):
    """Represent an error that the sandbox answers: the engine turns it into the response."""

    def __init__(self, status: int, code: int, message: str, fields: tuple[FieldError, ...] = ()) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.fields = status, code, message, fields

    def to_response(self) -> Response:
        """Return the error in Zoom's shape: `{code, message}`, with `errors` when parameters are named."""
        payload: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.fields:
            payload["errors"] = [{"field": field, "message": message} for field, message in self.fields]
        return json_response(self.status, payload)


@dataclass(frozen=True, slots=True)
class ErrorTemplate:
    """Describe one entry of an errors.yaml."""

    message: str = _INVALID
    codes: tuple[Code, ...] = ((400, 300),)
    fields: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=64)
def load_errors(resource: str) -> Mapping[str, ErrorTemplate]:
    """Return the errors of a resource by name, read once from its errors.yaml."""
    rows = yaml.safe_load((_RESOURCES / resource / "errors.yaml").read_text(encoding="utf-8"))
    return {name: _parse_template(row) for name, row in rows.items()}


def api_error(name: str, operation: Operation | None = None, /, **values: object) -> ApiError:
    """Return the error with a name such as `chat.channelNotFound`.

    `values` fill the fields of its templates. The code is the one that `operation` lists (see `choose_code`), or the
    first of the entry without an operation.
    """
    resource, _, key = name.partition(".")
    template = load_errors(resource)[key]
    status, code = template.codes[0] if operation is None else choose_code(operation, template.codes)
    fields = tuple((each.format(**values), text.format(**values)) for each, text in template.fields.items())
    return ApiError(status, code, template.message.format(**values), fields)


def field_error(name: str, /, **values: object) -> FieldError:
    """Return the one wrong parameter of the error with a name, to be answered with others in a `validation_error`."""
    (error,) = api_error(name, **values).fields
    return error


def validation_error(*fields: FieldError, message: str = _INVALID) -> ApiError:
    """Return a 400/300: the request is malformed; each field as (name, message)."""
    return ApiError(400, 300, message, fields)


def invalid_token_error() -> ApiError:
    """Return a 401/124: no bearer token, or one that is unknown, revoked or expired."""
    return ApiError(401, 124, "Invalid access token.")


def choose_error(operation: Operation, message: str, *candidates: Code) -> ApiError:
    """Return an error with the code that `choose_code` returns."""
    return ApiError(*choose_code(operation, candidates), message)


def choose_code(operation: Operation, candidates: Iterable[Code]) -> Code:
    """Return the first of the candidates that the operation lists.

    Operations list different codes for the same reason, and none may answer a code that its page does not have. Where
    no candidate is listed, any listed code of the same status serves, except for a 400, whose codes are too specific:
    there, and as the last resort, 400/300.
    """
    candidates = tuple(candidates)
    listed = [(int(error["status"]), int(error["code"])) for error in operation.errors]
    for pair in candidates:
        if pair in listed or pair in COMMON_CODES:
            return pair
    statuses = {status for status, _ in candidates}
    return next((pair for pair in listed if pair[0] in statuses and pair[0] != 400), (400, 300))


def _parse_template(row: Mapping[str, Any]) -> ErrorTemplate:
    values = dict(row)
    if "codes" in values:
        pairs = (code.split("/") for code in values["codes"])
        values["codes"] = tuple((int(status), int(code)) for status, code in pairs)
    return ErrorTemplate(**values)

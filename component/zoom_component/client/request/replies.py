"""Read an answer: return its data, or raise the error that explains what to do next.

The reader is tolerant: unknown fields and values pass, and numbers keep every digit. An answer that cannot be what the
spec describes (HTML, incomplete JSON, an empty body, a list without its items) is an Unexpected.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from zoom_component.errors import (
    ComponentError,
    Conflict,
    ConnectionFailed,
    MissingPlan,
    MissingScope,
    NotFound,
    QuotaSpent,
    RateLimited,
    Refused,
    Unavailable,
    Unexpected,
)
from zoom_component.messages import Reply
from zoom_component.spec.spec import ResponseSpec

__all__ = ["ErrorCodes", "build_error", "decode_json", "format_excerpt", "get_message", "get_tracking_id", "read_reply"]

ErrorCodes = Sequence[Mapping[str, Any]]
_ERRORS: Mapping[str, type[ComponentError]] = {
    error.kind: error
    for error in (
        ConnectionFailed, Conflict, MissingPlan, MissingScope, NotFound, QuotaSpent, RateLimited, Refused,
        Unavailable, Unexpected,
    )
}  # fmt: skip
_BY_STATUS = {401: ConnectionFailed, 404: NotFound, 409: Conflict, 429: RateLimited}
_SCOPES = re.compile(r"scopes?:?\s*\[([^\]]*)\]")


def read_reply(reply: Reply, response: ResponseSpec | None, codes: ErrorCodes, *, items: str | None = None) -> Any:
    """Return the JSON of a success, {} for an empty one.

    `codes` is the table of known error codes; `items` names the field that must hold a list. Raises the typed error of
    a failure, and Unexpected for an answer that the spec does not allow.
    """
    if not 200 <= reply.status < 300:
        raise build_error(reply, codes)
    if not reply.body.strip():
        if response is None or response.may_be_empty:
            return {}
        raise _build_unexpected(reply, "expected a JSON object, got an empty answer")
    data = decode_json(reply)
    if not isinstance(data, Mapping):
        raise _build_unexpected(reply, f"expected a JSON object, got {format_excerpt(reply.body, 40)}")
    if _is_error_with_status_200(data, response):
        raise build_error(reply, codes, data)
    if items is not None and not isinstance(data.get(items), list):
        raise _build_unexpected(reply, f"expected a list in the field {items!r} of the answer, got none")
    if response is not None and response.keys and not response.may_be_empty and not response.keys & data.keys():
        raise _build_unexpected(reply, "expected an answer with fields of this action, got none of them")
    return data


def decode_json(reply: Reply) -> Any:
    """Return the JSON of an answer. Raises Unexpected, with an excerpt, for anything else."""
    try:
        return json.loads(reply.body, parse_constant=_refuse_constant, parse_float=_parse_float)
    except (ValueError, RecursionError):
        media_type = reply.headers.get("content-type", "no content type").partition(";")[0]
        message = f"expected JSON, got {len(reply.body):,} bytes that are not JSON ({media_type})"
        raise _build_unexpected(reply, message) from None


def build_error(reply: Reply, codes: ErrorCodes, data: Any = None) -> ComponentError:
    """Return the typed error of a failed answer: by the table of known codes, else by its status.

    `data` is the error if its form has been checked. An answer that is not in the form of Zoom's errors, or has no code
    of Zoom's, is never believed to know about the object, the permissions or the token: see `foreign_answers`.
    """
    if data is None:
        from zoom_component.client.request.foreign_answers import build_foreign_error, has_zoom_code

        data = _decode_error_body(reply)
        if not has_zoom_code(reply, data, codes):
            return build_foreign_error(reply, data)
    code, zoom_message = _get_code(data), get_message(data)
    row = _find_row(codes, reply, code, zoom_message)
    error: type[Any] = _ERRORS[row["kind"]] if "kind" in row else _choose_error(reply.status)
    message = _format_message(reply, code, zoom_message, row.get("next") or _choose_advice(reply.status))
    facts: dict[str, Any] = {"status": reply.status, "code": code, "tracking_id": get_tracking_id(reply)}
    if error is ConnectionFailed:
        return ConnectionFailed(message, **facts)
    fields = data.get("errors") if isinstance(data, Mapping) else None
    facts["fields"] = [field for field in fields if isinstance(field, Mapping)] if isinstance(fields, list) else []
    facts["zoom_message"] = zoom_message
    if not zoom_message:
        facts["detail"] = format_excerpt(reply.body)
    if error is MissingScope:
        match = _SCOPES.search(zoom_message)
        facts["scopes"] = [scope.strip() for scope in match.group(1).split(",") if scope.strip()] if match else []
    built: ComponentError = error(message, **facts)
    return built


def format_excerpt(body: bytes, max_length: int = 200) -> str:
    """Return the beginning of a body on one line, with what looks like a secret masked."""
    # Imported late: most answers are no errors.
    from zoom_component.redaction.texts import mask_text

    text = " ".join(mask_text(body[: max_length * 8].decode("utf-8", "replace")).split())
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return text if len(text) <= max_length else f"{text[: max_length - 1]}…"


def get_tracking_id(reply: Reply) -> str:
    """Return the tracking ID of an answer, which Zoom's support asks for; "" for none."""
    text = str(reply.headers.get("x-zm-trackingid", ""))[:200]
    return text if text.isprintable() else ""


def _choose_advice(status: int) -> str:
    """Return what to do next where only the status is known."""
    if status < 400:
        return "The API does not redirect: check the base URL."
    return "Try again later." if status >= 500 else "See the documentation of the operation."


def _choose_error(status: int) -> type[ComponentError]:
    """Return the type of error for a status. A redirect is unexpected, because the API has none."""
    if status < 400:
        return Unexpected
    return _BY_STATUS.get(status) or (Unavailable if status >= 500 else Refused)


def _build_unexpected(reply: Reply, message: str) -> Unexpected:
    text = f"{message}. The service may have a problem, or a proxy may answer in its place"
    if reply.body.lstrip()[:1] not in (b"{", b"["):
        from zoom_component.client.request.foreign_answers import describe_answer, describe_source

        source = describe_source(reply)
        text = f"{message}. {source[0].upper()}{source[1:]} answered {reply.status} with {describe_answer(reply)}"
    return Unexpected(text, status=reply.status, detail=format_excerpt(reply.body), tracking_id=get_tracking_id(reply))


def _is_error_with_status_200(data: Mapping[str, Any], response: ResponseSpec | None) -> bool:
    """Return whether an answer with status 200 reports a failure: a code and a message, and no field of this action.

    Code 0 is a success. Code 200 reports failures too, so it is one only where an answer must not be empty.
    """
    code = data.get("code")
    if not isinstance(code, int) or isinstance(code, bool) or code == 0 or not isinstance(data.get("message"), str):
        return False
    if response is None:
        return code not in (200, 201)
    if "code" in response.keys or response.keys & data.keys() - {"message"}:
        return False
    return not (response.may_be_empty and code in (200, 201, 204))


def get_message(data: Mapping[str, Any]) -> str:
    """Return the message of an error, or else those of its fields; "" for none."""
    text = data.get("message") or data.get("reason") or data.get("error") or ""
    fields = data.get("errors")
    if not text and isinstance(fields, list):
        text = " ".join(str(field.get("message") or "") for field in fields[:5] if isinstance(field, Mapping))
    return format_excerpt(str(text).encode(), 400)


def _decode_error_body(reply: Reply) -> Any:
    """Return the JSON of an error, or what an error in XML holds; {} for anything else."""
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        from zoom_component.client.request.xml_errors import parse_xml_error

        return parse_xml_error(reply.body)


def _get_code(data: Mapping[str, Any]) -> int | str | None:
    code = data.get("code")
    return code if isinstance(code, int | str) and not isinstance(code, bool) else None


def _find_row(codes: ErrorCodes, reply: Reply, code: int | str | None, zoom_message: str) -> Mapping[str, Any]:
    """Return the first row of the table that matches the answer; {} for none."""
    for row in codes:
        if "code" in row and str(row["code"]) != str(code):
            continue
        if "status" in row and row["status"] != reply.status:
            continue
        if "words" in row and not re.search(row["words"], zoom_message, re.IGNORECASE):
            continue
        return row
    return {}


def _format_message(reply: Reply, code: int | str | None, zoom_message: str, advice: str) -> str:
    number = f"{reply.status}" if code is None else f"{reply.status}, code {code}"
    quoted = f": {zoom_message.rstrip('.')}." if zoom_message else "."
    return f"the service answered {number}{quoted}{' ' + advice if advice else ''}"


def _parse_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)

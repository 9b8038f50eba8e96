"""Judges an answer: data, or the error that says what to do next.

A tolerant reader: unknown keys and values pass, and numbers keep every digit. But an answer that cannot be what the
spec says (HTML, half a JSON text, an empty body where there should be one, a list without its items) is an error.
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

__all__ = ["ErrorCodes", "build_error", "decode_json", "format_excerpt", "get_tracking_id", "read_reply"]

ErrorCodes = Sequence[Mapping[str, Any]]
_KINDS: Mapping[str, type[ComponentError]] = {
    kind.kind: kind
    for kind in (
        ConnectionFailed, Conflict, MissingPlan, MissingScope, NotFound, QuotaSpent, RateLimited, Refused, Unavailable,
        Unexpected,
    )
}  # fmt: skip
_BY_STATUS = {401: "connection_failed", 404: "not_found", 409: "conflict", 429: "rate_limited"}
_SCOPES = re.compile(r"scopes?:?\s*\[([^\]]*)\]")
_TELLTALE = r"(?:token|password|passwd|secret|passcode|pwd|zak|pin|cookie|api_?key|host_?key|credentials?)"
_SECRET = re.compile(
    rf"""(?ix) ( \b(?:bearer|basic)\s+ | {_TELLTALE} \\*["']? \s* [:=] \s* )
    (?: \\*" (?:[^"\\]|\\[^"])* \\*"? | '[^']*'? | [^\s"'&,;<>}}]+ )"""
)
_BARE_TOKEN = re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]*)*")


def read_reply(reply: Reply, answer: ResponseSpec | None, codes: ErrorCodes, *, items: str | None = None) -> Any:
    """The JSON of a success ({} for an empty one). Raises the typed error of a failure, Unexpected for nonsense.

    `items` is the field that has to hold a list.
    """
    if not 200 <= reply.status < 300:
        raise build_error(reply, codes)
    if not reply.body.strip():
        if answer is None or answer.may_be_empty:
            return {}
        raise build_unexpected(reply, "the answer is empty, and this action's answers never are")
    data = decode_json(reply)
    if not isinstance(data, Mapping):
        raise build_unexpected(reply, f"the answer is not a JSON object but {format_excerpt(reply.body, 40)}")
    if _fails(data, answer):
        raise build_error(reply, codes, data)
    if items is not None and not isinstance(data.get(items), list):
        raise build_unexpected(reply, f"the answer has no list called {items!r}")
    if answer is not None and answer.keys and not answer.may_be_empty and not answer.keys & data.keys():
        raise build_unexpected(reply, "the answer has none of the fields that this action's answers have")
    return data


def decode_json(reply: Reply) -> Any:
    """The JSON of an answer. Raises Unexpected, with an excerpt, for anything else."""
    try:
        return json.loads(reply.body, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        kind = reply.headers.get("content-type", "no content type").partition(";")[0]
        raise build_unexpected(reply, f"the answer is not JSON ({kind}, {len(reply.body):,} bytes)") from None


def build_error(reply: Reply, codes: ErrorCodes, data: Any = None) -> ComponentError:
    """The error of a failed answer: by the table of known codes, else by its status."""
    if data is None:
        data = _error_body(reply)
    code, said = _code(data), _said(data)
    known = _known(codes, reply, code, said)
    kind = known.get("kind") or _by_status(reply.status)
    message = _sentence(reply, code, said, known.get("next") or _advice(reply.status))
    facts: dict[str, Any] = {"status": reply.status, "code": code, "tracking_id": get_tracking_id(reply)}
    if kind == "connection_failed":
        return ConnectionFailed(message, **facts)
    fields = data.get("errors") if isinstance(data, Mapping) else None
    facts["fields"] = [field for field in fields if isinstance(field, Mapping)] if isinstance(fields, list) else []
    facts["zoom_message"] = said
    if not said:
        facts["detail"] = format_excerpt(reply.body)
    if kind == "missing_scope":
        found = _SCOPES.search(said)
        facts["scopes"] = [scope.strip() for scope in found.group(1).split(",") if scope.strip()] if found else []
    return _KINDS[kind](message, **facts)


def _advice(status: int) -> str:
    """What to do next where only the status is known."""
    if status < 400:
        return "An API does not send its callers elsewhere: the base URL may be wrong."
    return "Try again later." if status >= 500 else "See the operation's page for what it accepts."


def _by_status(status: int) -> str:
    """The kind of failure that a status alone tells: a redirect is no answer that an API gives."""
    if status < 400:
        return "unexpected"
    return _BY_STATUS.get(status) or ("unavailable" if status >= 500 else "refused")


def build_unexpected(reply: Reply, why: str) -> Unexpected:
    """An Unexpected with an excerpt of the answer."""
    message = f"{why}; nothing was taken from it. The service may be disturbed, or a proxy may answer in its place"
    return Unexpected(
        message, status=reply.status, detail=format_excerpt(reply.body), tracking_id=get_tracking_id(reply)
    )


def format_excerpt(body: bytes, max_length: int = 200) -> str:
    """The beginning of a body, on one line, with what looks like a secret left out."""
    text = " ".join(body[: max_length * 8].decode("utf-8", "replace").split())
    text = _BARE_TOKEN.sub("[redacted]", _SECRET.sub(r"\1[redacted]", text))
    text = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return text if len(text) <= max_length else f"{text[: max_length - 1]}…"


def get_tracking_id(reply: Reply) -> str:
    """The tracking id of an answer, which the support of the service asks for."""
    said = str(reply.headers.get("x-zm-trackingid", ""))[:200]
    return said if said.isprintable() else ""


def _fails(data: Mapping[str, Any], answer: ResponseSpec | None) -> bool:
    """Some failures come with status 200: a code and a message, and nothing that this action's answers have.

    Code 0 is a success; 200 is one of the codes for a failure too, so it passes only where nothing is to be had.
    """
    code = data.get("code")
    if not isinstance(code, int) or isinstance(code, bool) or code == 0 or not isinstance(data.get("message"), str):
        return False
    if answer is None:
        return code not in (200, 201)
    if "code" in answer.keys or answer.keys & data.keys() - {"message"}:
        return False
    return not (answer.may_be_empty and code in (200, 201, 204))


def _error_body(reply: Reply) -> Any:
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}


def _code(data: Any) -> int | str | None:
    code = data.get("code") if isinstance(data, Mapping) else None
    return code if isinstance(code, int | str) and not isinstance(code, bool) else None


def _said(data: Any) -> str:
    if not isinstance(data, Mapping):
        return ""
    said = data.get("message") or data.get("reason") or data.get("error") or ""
    return format_excerpt(str(said).encode(), 400)


def _known(codes: ErrorCodes, reply: Reply, code: int | str | None, said: str) -> Mapping[str, Any]:
    for row in codes:
        if "code" in row and str(row["code"]) != str(code):
            continue
        if "status" in row and row["status"] != reply.status:
            continue
        if "says" in row and not re.search(row["says"], said, re.IGNORECASE):
            continue
        if "header" in row and not _header(row["header"], reply):
            continue
        return row
    return {}


def _header(wanted: Mapping[str, str], reply: Reply) -> bool:
    return all(re.search(value, str(reply.headers.get(name, "")), re.IGNORECASE) for name, value in wanted.items())


def _sentence(reply: Reply, code: int | str | None, said: str, advice: str) -> str:
    number = f"{reply.status}" if code is None else f"{reply.status}, code {code}"
    quoted = f": {said.rstrip('.')}." if said else "."
    return f"the service answered {number}{quoted}{' ' + advice if advice else ''}"


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _refuse(name: str) -> Any:
    raise ValueError(name)

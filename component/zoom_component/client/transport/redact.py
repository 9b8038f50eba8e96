"""Show requests and errors without secrets."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from zoom_component.errors import ComponentError
from zoom_component.messages import BoundRequest
from zoom_component.redaction.known import KnownSecrets
from zoom_component.redaction.redactor import MASK, Redactor

__all__ = ["format_request", "mask_error"]


def format_request(base_url: str, request: BoundRequest, secrets: Iterable[str] = ()) -> str:
    """Return a request as one line of JSON: method, URL, headers and body, with secrets masked.

    `secrets` are those that are known, such as the token of the connection.
    """
    redactor = Redactor(secrets)
    query = [(name, redactor.mask(value, name)) for name, value in request.query]
    headers = {name: redactor.mask(value, name) for name, value in request.headers.items()}
    url = redactor.mask_text(f"{base_url}{request.path}")
    fields: dict[str, Any] = {"method": request.method, "url": url, "query": query}
    fields["headers"] = {**headers, "Authorization": MASK}
    if request.body is not None:
        fields["body"] = redactor.mask(request.body)
    elif request.content is not None:
        fields["body"] = _describe_content(request.content, redactor)
    elif request.form or request.files:
        fields["form"] = [name for name, _ in request.form]
        fields["files"] = [
            {"field": part.field, "name": part.name, "bytes": len(part.content)} for part in request.files
        ]
    return json.dumps(fields, ensure_ascii=False, allow_nan=False)


def mask_error(error: ComponentError, secrets: Iterable[str]) -> None:
    """Mask the secrets of a connection in an error: an answer, or a server in between, may repeat them."""
    known = KnownSecrets(secrets)
    error.replace_texts(lambda text: known.replace(text, lambda secret: MASK))


def _describe_content(content: bytes, redactor: Redactor) -> Any:
    try:
        return redactor.mask(json.loads(content))
    except (ValueError, RecursionError):
        return f"{len(content):,} bytes"

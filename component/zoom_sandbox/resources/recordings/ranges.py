"""Serve a file: all of it, or a range of its bytes."""

from __future__ import annotations

import re

from zoom_sandbox.messages import Request, Response

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def starts_at_first_byte(request: Request) -> bool:
    """Return whether a request asks for the first byte; a request that resumes a download does not."""
    match = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    return match is None or match.group(1) == "0" or match.groups() == ("", "")


def build_range_response(request: Request, body: bytes, content_type: str, name: str) -> Response:
    """Return the bytes, or the range that the request asks for; 416 for a range outside the file."""
    headers = {
        "content-type": content_type,
        "accept-ranges": "bytes",
        "content-disposition": f'attachment; filename="{name}"',
    }
    match = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return Response(200, headers, body)
    first, last = match.groups()
    start = int(first) if first else max(len(body) - int(last), 0)
    end = min(int(last), len(body) - 1) if first and last else len(body) - 1
    if start > end:
        return Response(416, {"content-range": f"bytes */{len(body)}"})
    return Response(206, {**headers, "content-range": f"bytes {start}-{end}/{len(body)}"}, body[start : end + 1])

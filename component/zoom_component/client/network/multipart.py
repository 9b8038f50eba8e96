"""Encode forms with files as multipart/form-data: https://www.rfc-editor.org/rfc/rfc7578"""

from __future__ import annotations

import os
from collections.abc import Sequence

from zoom_component.messages import FilePart

__all__ = ["encode_multipart"]

# A name stands in quotation marks, and nothing in it may end them, or the line:
# https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
_ESCAPES = {code: f"%{code:02X}" for code in (*range(32), ord('"'), 127)}
_NOTHING = dict.fromkeys((*range(32), 127))


def encode_multipart(
    form: Sequence[tuple[str, str]], files: Sequence[FilePart], boundary: str = ""
) -> tuple[str, bytes]:
    """Return the Content-Type and the body of a form. Without a boundary, a random one is used."""
    boundary = boundary or os.urandom(16).hex()
    parts: list[bytes] = []
    for file in files:
        names = f'name="{_escape(file.field)}"; filename="{_escape(file.name)}"'
        media_type = file.media_type.translate(_NOTHING)
        head = f"--{boundary}\r\nContent-Disposition: form-data; {names}\r\nContent-Type: {media_type}\r\n\r\n"
        parts += [head.encode(), file.content, b"\r\n"]
    for name, value in form:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_escape(name)}"\r\n\r\n'
        parts += [head.encode(), value.encode(), b"\r\n"]
    parts.append(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", b"".join(parts)


def _escape(name: str) -> str:
    return name.translate(_ESCAPES)

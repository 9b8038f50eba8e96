"""Parse forms with files (multipart/form-data, RFC 7578) as strictly as Zoom does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

_BOUNDARY = re.compile(
    r"""multipart/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))\s*(?:;.*)?""",
    re.IGNORECASE | re.DOTALL,
)
_PARAMETER = re.compile(r';\s*([A-Za-z*]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))\s*')
_ESCAPED = re.compile(r'\\(["\\])|%(22|0D|0A)', re.IGNORECASE)


class MalformedForm(ValueError):
    """Report a body that is not a valid form, with the reason."""


@dataclass(frozen=True, slots=True)
class FormPart:
    """Hold one field of a form. `filename` is None for a field that is not a file."""

    name: str
    filename: str | None
    content_type: str
    body: bytes

    @property
    def text(self) -> str:
        """Return the value of a field that is not a file."""
        return self.body.decode("utf-8", "replace")


def parse_parts(content_type: str, raw: bytes) -> list[FormPart]:
    """Return the fields of a form, in their order. Raises MalformedForm."""
    delimiter = re.compile(rb"\r\n--" + re.escape(_parse_boundary(content_type)) + rb"(--)?[ \t]*(?=\r\n|\Z)")
    body = b"\r\n" + raw
    start: int | None = None
    parts: list[FormPart] = []
    for match in delimiter.finditer(body):
        if start is not None:
            parts.append(_parse_part(body[start : match.start()]))
        if match.group(1):
            return parts
        start = match.end() + 2
    raise MalformedForm("The form has no closing boundary.")


def _parse_boundary(content_type: str) -> bytes:
    match = _BOUNDARY.fullmatch(content_type.strip())
    if match is None:
        raise MalformedForm("The content type names no boundary.")
    return (match.group(1) or match.group(2)).encode("utf-8", "replace")


def _parse_part(raw: bytes) -> FormPart:
    head, blank, body = raw.partition(b"\r\n\r\n")
    if not blank:
        raise MalformedForm("A part of the form has no end of its headers.")
    headers: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    name, filename = _parse_disposition(headers.get("content-disposition", ""))
    return FormPart(name, filename, headers.get("content-type", "text/plain"), body)


def _parse_disposition(text: str) -> tuple[str, str | None]:
    """Return the names of a field and of its file.

    Zoom rejects a file's name, and the name of a field that is not a file, without quotes.
    https://github.com/Jericho/ZoomNet/blob/main/Source/ZoomNet/Resources/Chat.cs (SendFileAsync)
    """
    kind, rest = text[: len("form-data")], text[len("form-data") :]
    matches = list(_PARAMETER.finditer(rest))
    quoted = {match.group(1).lower(): _unescape(match.group(2)) for match in matches if match.group(2) is not None}
    bare = {match.group(1).lower(): match.group(3) for match in matches if match.group(3) is not None}
    filename = _parse_extended_name(bare.get("filename*", "")) or quoted.get("filename")
    name = quoted.get("name", bare.get("name", "") if filename is not None else "")
    is_complete = "".join(match.group() for match in matches).strip() == rest.strip()
    if kind.lower() != "form-data" or not is_complete or not name or "filename" in bare:
        raise MalformedForm("Invalid 'Content-Disposition' in multipart form")
    return name, filename


def _unescape(text: str) -> str:
    """Return a quoted name without the escapes of quotes and line ends."""
    return _ESCAPED.sub(lambda match: match.group(1) or unquote(match.group()), text)


def _parse_extended_name(text: str) -> str:
    """Return a name in the format of RFC 5987, such as `utf-8''r%C3%A9sum%C3%A9.txt`."""
    charset, _, rest = text.partition("'")
    return unquote(rest.partition("'")[2]) if charset.lower() == "utf-8" else ""

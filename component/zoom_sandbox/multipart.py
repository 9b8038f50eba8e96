"""A form with files (multipart/form-data, RFC 7578), taken apart strictly."""

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
    """The body is no such form; the text tells why."""


@dataclass(frozen=True, slots=True)
class FormPart:
    """One field of a form. `filename` is None for a field that is no file."""

    name: str
    filename: str | None
    content_type: str
    body: bytes

    @property
    def text(self) -> str:
        """A plain field's value."""
        return self.body.decode("utf-8", "replace")


def parse_parts(content_type: str, raw: bytes) -> list[FormPart]:
    """The fields of a form, in their order. Raises Malformed."""
    delimiter = re.compile(rb"\r\n--" + re.escape(_boundary(content_type)) + rb"(--)?[ \t]*(?=\r\n|\Z)")
    body = b"\r\n" + raw
    begin: int | None = None
    found: list[FormPart] = []
    for match in delimiter.finditer(body):
        if begin is not None:
            found.append(_part(body[begin : match.start()]))
        if match.group(1):
            return found
        begin = match.end() + 2
    raise MalformedForm("The form has no closing boundary.")


def _boundary(content_type: str) -> bytes:
    match = _BOUNDARY.fullmatch(content_type.strip())
    if match is None:
        raise MalformedForm("The content type names no boundary.")
    return (match.group(1) or match.group(2)).encode("utf-8", "replace")


def _part(raw: bytes) -> FormPart:
    head, blank, body = raw.partition(b"\r\n\r\n")
    if not blank:
        raise MalformedForm("A part of the form has no end of its headers.")
    headers: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    name, filename = _disposition(headers.get("content-disposition", ""))
    return FormPart(name, filename, headers.get("content-type", "text/plain"), body)


def _disposition(text: str) -> tuple[str, str | None]:
    """The names of a field and of its file.

    Zoom refuses a file's name, and the name of a field that is no file, without quotes.
    https://github.com/Jericho/ZoomNet/blob/main/Source/ZoomNet/Resources/Chat.cs (SendFileAsync)
    """
    kind, rest = text[: len("form-data")], text[len("form-data") :]
    matches = list(_PARAMETER.finditer(rest))
    quoted = {match.group(1).lower(): _plain(match.group(2)) for match in matches if match.group(2) is not None}
    bare = {match.group(1).lower(): match.group(3) for match in matches if match.group(3) is not None}
    filename = _extended(bare.get("filename*", "")) or quoted.get("filename")
    name = quoted.get("name", bare.get("name", "") if filename is not None else "")
    whole = "".join(match.group() for match in matches).strip() == rest.strip()
    if kind.lower() != "form-data" or not whole or not name or "filename" in bare:
        raise MalformedForm("Invalid 'Content-Disposition' in multipart form")
    return name, filename


def _plain(text: str) -> str:
    """A quoted name as it was before quotes and line ends in it were written another way."""
    return _ESCAPED.sub(lambda match: match.group(1) or unquote(match.group()), text)


def _extended(text: str) -> str:
    """A name in the form of RFC 5987: `utf-8''r%C3%A9sum%C3%A9.txt`."""
    charset, _, rest = text.partition("'")
    return unquote(rest.partition("'")[2]) if charset.lower() == "utf-8" else ""

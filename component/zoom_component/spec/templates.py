"""The text of a label, read: pieces of text and fields, some of them in parts that may be left out.

`{first_name} {last_name}[ ({email})]`: braces hold a field, `{#}` the item's number, brackets a part that stands only
where every field in it has something. There is no more to it, and no way to write a brace or a bracket.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["NUMBER", "Part", "Piece", "fields", "read"]

NUMBER = "#"
_FIELD = re.compile(r"#|[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")
_TOKEN = re.compile(r"\{([^{}\[\]]*)\}|([^{}\[\]]+)|([{}\[\]])")


class Piece(NamedTuple):
    """A text, or a field."""

    text: str = ""
    field: str = ""


class Part(NamedTuple):
    """Pieces that stand together; an optional part is left out where a field in it is empty."""

    pieces: tuple[Piece, ...]
    optional: bool = False


def read(template: str) -> tuple[Part, ...]:
    """The parts of a template. Raises ValueError with a sentence where it is none."""
    parts: list[Part] = []
    pieces: list[Piece] = []
    inside = False
    for token in _TOKEN.finditer(template):
        field, text, sign = token.groups()
        if text is not None:
            pieces.append(Piece(text))
        elif field is not None:
            pieces.append(Piece(field=_named(field)))
        else:
            inside = _turned(sign, inside)
            parts.append(Part(tuple(pieces), optional=not inside))
            pieces = []
    if inside:
        raise ValueError("a [ is not closed by a ]")
    return tuple(part for part in (*parts, Part(tuple(pieces))) if part.pieces)


def fields(template: str) -> list[str]:
    """The fields that a template names, the number apart. Raises ValueError like `read`."""
    return [piece.field for part in read(template) for piece in part.pieces if piece.field not in ("", NUMBER)]


def _turned(sign: str, inside: bool) -> bool:
    """Whether we are inside of brackets after this sign."""
    if sign in "{}":
        raise ValueError(f"a {sign} stands alone; a field is written {{field}}")
    if inside == (sign == "["):
        raise ValueError("a [ stands inside of another" if inside else "a ] closes nothing")
    return not inside


def _named(field: str) -> str:
    if not _FIELD.match(field):
        raise ValueError(f"{{{field}}} is no field; write a name such as {{topic}}, or {{#}} for the number")
    return field

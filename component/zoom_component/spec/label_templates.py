"""The text of a label, read: pieces of text and fields, some of them in parts that may be left out.

`{first_name} {last_name}[ ({email})]`: braces hold a field, `{#}` the item's number, brackets a part that stands only
where every field in it has something. There is no more to it, and no way to write a brace or a bracket.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["ITEM_NUMBER", "TemplatePart", "TemplatePiece", "list_template_fields", "parse_template"]

ITEM_NUMBER = "#"
_FIELD = re.compile(r"#|[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")
_TOKEN = re.compile(r"\{([^{}\[\]]*)\}|([^{}\[\]]+)|([{}\[\]])")


class TemplatePiece(NamedTuple):
    """A text, or a field."""

    text: str = ""
    field: str = ""


class TemplatePart(NamedTuple):
    """Pieces that stand together; an optional part is left out where a field in it is empty."""

    pieces: tuple[TemplatePiece, ...]
    optional: bool = False


def parse_template(template: str) -> tuple[TemplatePart, ...]:
    """The parts of a template. Raises ValueError with a sentence where it is none."""
    parts: list[TemplatePart] = []
    pieces: list[TemplatePiece] = []
    inside = False
    for token in _TOKEN.finditer(template):
        field, text, sign = token.groups()
        if text is not None:
            pieces.append(TemplatePiece(text))
        elif field is not None:
            pieces.append(TemplatePiece(field=_check_field_name(field)))
        else:
            inside = _toggle_brackets(sign, inside)
            parts.append(TemplatePart(tuple(pieces), optional=not inside))
            pieces = []
    if inside:
        raise ValueError("a [ is not closed by a ]")
    return tuple(part for part in (*parts, TemplatePart(tuple(pieces))) if part.pieces)


def list_template_fields(template: str) -> list[str]:
    """The fields that a template names, the number apart. Raises ValueError like `read`."""
    return [
        piece.field
        for part in parse_template(template)
        for piece in part.pieces
        if piece.field not in ("", ITEM_NUMBER)
    ]


def _toggle_brackets(sign: str, inside: bool) -> bool:
    """Whether we are inside of brackets after this sign."""
    if sign in "{}":
        raise ValueError(f"a {sign} stands alone; a field is written {{field}}")
    if inside == (sign == "["):
        raise ValueError("a [ stands inside of another" if inside else "a ] closes nothing")
    return not inside


def _check_field_name(field: str) -> str:
    if not _FIELD.match(field):
        raise ValueError(f"{{{field}}} is no field; write a name such as {{topic}}, or {{#}} for the number")
    return field

"""Parse the templates of labels: text and fields, some of them in optional parts.

In `{first_name} {last_name}[ ({email})]`, braces enclose a field, `{#}` is the number of the item, and brackets
enclose a part that is left out when a field in it is empty. A template cannot contain a literal brace or bracket.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["ITEM_NUMBER", "TemplatePart", "TemplatePiece", "list_template_fields", "parse_template"]

ITEM_NUMBER = "#"
_FIELD = re.compile(r"#|[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")
_TOKEN = re.compile(r"\{([^{}\[\]]*)\}|([^{}\[\]]+)|([{}\[\]])")


class TemplatePiece(NamedTuple):
    """Hold a text, or the name of a field."""

    text: str = ""
    field: str = ""


class TemplatePart(NamedTuple):
    """Hold pieces that belong together. An optional part is left out when a field in it is empty."""

    pieces: tuple[TemplatePiece, ...]
    optional: bool = False


def parse_template(template: str) -> tuple[TemplatePart, ...]:
    """Return the parts of a template. Raise ValueError with a sentence if it is not valid."""
    parts: list[TemplatePart] = []
    pieces: list[TemplatePiece] = []
    in_brackets = False
    for token in _TOKEN.finditer(template):
        field, text, sign = token.groups()
        if text is not None:
            pieces.append(TemplatePiece(text))
        elif field is not None:
            pieces.append(TemplatePiece(field=_check_field_name(field)))
        else:
            in_brackets = _toggle_brackets(sign, in_brackets)
            parts.append(TemplatePart(tuple(pieces), optional=not in_brackets))
            pieces = []
    if in_brackets:
        raise ValueError("a [ has no matching ]")
    return tuple(part for part in (*parts, TemplatePart(tuple(pieces))) if part.pieces)


def list_template_fields(template: str) -> list[str]:
    """Return the fields of a template, without the item number. Raise ValueError like `parse_template`."""
    pieces = (piece for part in parse_template(template) for piece in part.pieces)
    return [piece.field for piece in pieces if piece.field not in ("", ITEM_NUMBER)]


def _toggle_brackets(sign: str, in_brackets: bool) -> bool:
    """Return True if the text after this sign is in brackets."""
    if sign in "{}":
        raise ValueError(f"a {sign} has no match; write a field as {{field}}")
    if in_brackets == (sign == "["):
        raise ValueError("a [ is inside another [" if in_brackets else "a ] has no matching [")
    return not in_brackets


def _check_field_name(field: str) -> str:
    if not _FIELD.match(field):
        raise ValueError(f"{{{field}}} is not a field; write a name such as {{topic}}, or {{#}} for the item number")
    return field

"""Find the choice that a value means: by its value or its label, in any case, and without characters nobody sees."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from zoom_component.client.request.values import InvalidValue, coerce, format_value
from zoom_component.spec.spec import Input

__all__ = ["find_choice", "format_choices", "read_choices"]

_LIST_TYPES = frozenset({"stringArray", "commaSeparated"})
_MAX_LISTED = 50
_TOO_LARGE = 10**400
# Hyphens, dashes, the minus sign and apostrophes that editors put in place of those of a keyboard.
_ASCII = str.maketrans(
    {**dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"), "\u2018": "'", "\u2019": "'"}
)


def find_choice(value: Any, model: Mapping[str, str]) -> str | None:
    """Return the exact spelling of the choice that `value` means; None if it means no choice, or more than one.

    Values come before labels, and exact spellings before others. Case, width and blanks make no difference if only one
    choice is meant.
    """
    text = _to_text(value)
    if text is None:
        return None
    if text in model:
        return text
    folded = _fold(text)
    matches = [choice for choice in model if _fold(choice) == folded]
    if not matches:
        matches = [choice for choice, label in model.items() if label == text]
    if not matches:
        matches = [choice for choice, label in model.items() if _fold(label) == folded]
    return matches[0] if len(matches) == 1 else None


def read_choices(value: Any, spec: Input) -> Any:
    """Return a value of an input with choices in their exact spelling; of a list, each item.

    Items that are not choices are returned unchanged. Raises InvalidValue with all choices for a value that cannot be
    one.
    """
    model = spec.model or (spec.items or {}).get("model") or {}
    choice = find_choice(value, model)
    if spec.wire_type in _LIST_TYPES:
        # The whole text first, because a label may have commas.
        items = coerce(value if choice is None else [choice], spec._replace(wire_type="stringArray"))
        return [find_choice(item, model) or item for item in items]
    if spec.wire_type == "array":
        return [find_choice(item, model) or item for item in coerce(value, spec)]
    if choice is not None:
        return choice
    try:
        coerce(value, spec)
    except InvalidValue:
        raise InvalidValue(f"expected {format_choices(model)}, got {format_value(value)}") from None
    return value


def format_choices(model: Mapping[str, str]) -> str:
    """Return `1 (Daily), 2 (Weekly) or 3 (Monthly)`: each value, with its label where it differs from the value.

    Of a list with more than 50 choices, the first 50 are written.
    """
    texts = [value if value.lower() == label.lower() else f"{value} ({label})" for value, label in model.items()]
    if len(texts) > _MAX_LISTED:
        rest = len(texts) - _MAX_LISTED
        return f"{', '.join(texts[:_MAX_LISTED])} or one of {rest} more, which the command options lists"
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"


def _to_text(value: Any) -> str | None:
    """Return a scalar as it is written in a model; None for null, a list or an object."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        return str(value) if abs(value) < _TOO_LARGE else None
    return value if isinstance(value, str) else None


def _fold(text: str) -> str:
    """Return a text in the form in which two spellings of one choice are equal."""
    if not text.isascii():
        from zoom_component.identity_text import normalize_marks

        text = normalize_marks("NFKC", text)
    text = text.casefold()
    if not text.isascii():
        visible = (char for char in text.translate(_ASCII) if unicodedata.category(char) != "Cf")
        text = "".join(str(unicodedata.decimal(char, char)) for char in visible)
    return " ".join(text.split())

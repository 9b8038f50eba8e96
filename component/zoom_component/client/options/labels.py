"""Format the label of an item, and match labels against a search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from zoom_component.dotted_paths import get_value
from zoom_component.identity_text import normalize_marks
from zoom_component.spec.data_source_spec import LabelField
from zoom_component.spec.label_templates import ITEM_NUMBER, TemplatePart, parse_template
from zoom_facts.time_zones import find_time_zone

__all__ = ["find_first_text", "format_label", "matches_search", "read_text"]

Item = Mapping[str, Any]
_PLAIN_FIELD = LabelField()


def format_label(templates: Sequence[str], item: Item, fields: Mapping[str, LabelField], number: int = 0) -> str:
    """Return the label by the first template that has a value for the item, on one line; "" if none has.

    `fields` describe how the fields of a template are formatted; `number` is the place of the item in its list.
    """
    for template in templates:
        parts = _parse(template)
        names = _list_fields(parts)
        texts = {name: _format_field(item, name, fields.get(name, _PLAIN_FIELD), number) for name in names}
        required = _list_fields(part for part in parts if not part.optional) or names
        if not required or any(texts[name] for name in required):
            return _clean("".join(_fill_part(part, texts) for part in parts))
    return ""


def find_first_text(names: Iterable[str], item: Item) -> str:
    """Return the first of these fields that has a value, as text; "" if none has."""
    return next((text for name in names if (text := read_text(item, name))), "")


def read_text(item: Any, name: str) -> str:
    """Return the field with a dotted name, as text; "" for a field that is absent or not a single value."""
    value = get_value(item, name)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""


def matches_search(words: str, label: str) -> bool:
    """Return whether the label contains each of the words, in any case and order."""
    text = _fold(label)
    return all(word in text for word in _fold(words).split())


@lru_cache(maxsize=64)
def _parse(template: str) -> tuple[TemplatePart, ...]:
    return parse_template(template)


def _list_fields(parts: Iterable[TemplatePart]) -> list[str]:
    return [piece.field for part in parts for piece in part.pieces if piece.field]


def _fill_part(part: TemplatePart, texts: Mapping[str, str]) -> str:
    if part.optional and any(piece.field and not texts[piece.field] for piece in part.pieces):
        return ""
    return "".join(texts[piece.field] if piece.field else piece.text for piece in part.pieces)


def _format_field(item: Item, name: str, how: LabelField, number: int) -> str:
    if name == ITEM_NUMBER:
        return str(number)
    text = read_text(item, name)
    if how.date_time:
        text = _format_time(text, read_text(item, how.time_zone) if how.time_zone else "")
    if how.humanize:
        text = text.replace("_", " ")
    if how.max_length is not None and len(text) > how.max_length:
        text = f"{text[: how.max_length]}..."
    return _clean(text)


def _format_time(text: str, zone: str) -> str:
    """Return a date-time as date, time and time zone; other text unchanged."""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        info = find_time_zone(zone)
        local, name = (moment.astimezone(info), zone) if info else (moment.astimezone(UTC), "UTC")
    except (ValueError, OverflowError):
        return text
    return f"{local.replace(tzinfo=None).isoformat(' ', 'minutes')} {name}"


def _clean(text: str) -> str:
    """Return the text on one line, without control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _fold(text: str) -> str:
    return normalize_marks("NFKC", text).casefold()

"""What people read for an item, and whether that matches the words they look for. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from zoom_component.spec.data_source_spec import LabelField
from zoom_component.spec.label_templates import ITEM_NUMBER, TemplatePart, parse_template

__all__ = ["find_first_text", "format_label", "matches_search", "read_text"]

Item = Mapping[str, Any]
_AS_IT_IS = LabelField()


def format_label(templates: Sequence[str], item: Item, fields: Mapping[str, LabelField], number: int = 0) -> str:
    """The first template that has something to say of an item, on one line; "" where none has."""
    for template in templates:
        parts = _parts(template)
        names = [piece.field for part in parts for piece in part.pieces if piece.field]
        shown = {name: _shown(item, name, fields.get(name, _AS_IT_IS), number) for name in names}
        if _speaks(parts, shown):
            return _tidy("".join(_said(part, shown) for part in parts))
    return ""


def find_first_text(names: Iterable[str], item: Item) -> str:
    """The first of these fields that has something, as text; "" where none has."""
    return next((found for name in names if (found := read_text(item, name))), "")


def read_text(item: Any, name: str) -> str:
    """The field at a dotted name, as text; "" for one that is not there, or that is no single value."""
    for step in name.split("."):
        item = item.get(step) if isinstance(item, Mapping) else None
    if isinstance(item, bool):
        return "true" if item else "false"
    return str(item) if isinstance(item, str | int | float) else ""


def matches_search(words: str, label: str) -> bool:
    """Whether each of the words stands somewhere in the label, in any case and order."""
    inside = _folded(label)
    return all(word in inside for word in _folded(words).split())


@lru_cache(maxsize=64)
def _parts(template: str) -> tuple[TemplatePart, ...]:
    return parse_template(template)


def _speaks(parts: Sequence[TemplatePart], shown: Mapping[str, str]) -> bool:
    """Whether a field outside of brackets has something; any field, where there is none outside."""
    outside = [piece.field for part in parts if not part.optional for piece in part.pieces if piece.field]
    wanted = outside or [piece.field for part in parts for piece in part.pieces if piece.field]
    return not wanted or any(shown[name] for name in wanted)


def _said(part: TemplatePart, shown: Mapping[str, str]) -> str:
    if part.optional and any(piece.field and not shown[piece.field] for piece in part.pieces):
        return ""
    return "".join(shown[piece.field] if piece.field else piece.text for piece in part.pieces)


def _shown(item: Item, name: str, how: LabelField, number: int) -> str:
    if name == ITEM_NUMBER:
        return str(number)
    found = read_text(item, name)
    if how.date_time:
        found = _moment(found, read_text(item, how.time_zone) if how.time_zone else "")
    if how.humanize:
        found = found.replace("_", " ")
    if how.max_length is not None and len(found) > how.max_length:
        found = f"{found[: how.max_length]}..."
    return _tidy(found)


def _moment(found: str, zone: str) -> str:
    """A moment as day, time and zone; what is none stays as it is."""
    try:
        moment = datetime.fromisoformat(found)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        try:
            there, named = moment.astimezone(ZoneInfo(zone)), zone
        except (KeyError, ValueError, OSError):
            there, named = moment.astimezone(UTC), "UTC"
    except (ValueError, OverflowError):
        return found
    return f"{there.replace(tzinfo=None).isoformat(' ', 'minutes')} {named}"


def _tidy(found: str) -> str:
    """On one line, without what would steer a screen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in found).split())


def _folded(found: str) -> str:
    return unicodedata.normalize("NFKC", found).casefold()

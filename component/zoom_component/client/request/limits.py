"""What a coerced value has to keep to: choices, lengths, ranges, patterns, formats, and what each item has to be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from zoom_component.client.request import formats
from zoom_component.client.request.paths import escape_segment
from zoom_component.client.request.values import InvalidValue, format_value, to_wire_text
from zoom_component.spec.spec import Input

__all__ = ["check_placement", "find_violations", "format_choices", "normalize_value"]

_BREAK = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def normalize_value(value: Any, spec: Input) -> Any:
    """The value in the form its `format` is sent in (a meeting link becomes its number). Raises Mismatch."""
    if spec.format is None or not isinstance(value, str):
        return value
    return formats.normalize_format(spec.format, value)


def find_violations(value: Any, spec: Input) -> Iterator[str]:
    """A sentence for each limit of the input that the coerced value does not keep to."""
    if value is None:
        return
    if spec.model is not None:
        for item in value if isinstance(value, list) else [value]:
            if _text(item) not in spec.model:
                yield f"came {format_value(item)}; accepted: {format_choices(spec.model)}"
    if isinstance(value, str):
        yield from _lengths(value, spec)
        if spec.pattern is not None and not _compiled(spec.pattern).fullmatch(value):
            yield f"came {format_value(value)}, which does not have the form it needs ({spec.pattern}); {_help(spec)}"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _bounds(value, spec.minimum, spec.maximum)
    if spec.items is not None:
        yield from _items(value, spec.items)


def check_placement(value: Any, spec: Input) -> None:
    """Raises Mismatch for a value that cannot go where its `send` says."""
    where, _, name = (spec.target or "").partition(".")
    if where == "path":
        escape_segment(to_wire_text(value))
    elif where == "header" and (_BREAK.search(text := to_wire_text(value)) or not text.isascii()):
        raise InvalidValue(f"came {format_value(value)}; accepted: plain text on one line")
    elif name.endswith("*") and not isinstance(value, Mapping):
        raise InvalidValue(f'came {format_value(value)}; accepted: a JSON object, as {{"name": "value"}}')


def format_choices(model: Mapping[str, str]) -> str:
    """`1 (Daily), 2 (Weekly) or 3 (Monthly)`: every choice, with its label where it says more than the value."""
    words = [value if value.lower() == label.lower() else f"{value} ({label})" for value, label in model.items()]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _lengths(value: str, spec: Input) -> Iterator[str]:
    if spec.max_length is not None and len(value) > spec.max_length:
        yield f"came {len(value):,} characters; accepted: {spec.max_length:,} at most"
    if spec.min_length is not None and len(value) < spec.min_length:
        yield f"came {len(value):,} characters; accepted: at least {spec.min_length:,}"


def _bounds(value: float, minimum: int | None, maximum: int | None) -> Iterator[str]:
    if minimum is not None and value < minimum:
        between = f"{minimum:,} to {maximum:,}" if maximum is not None else f"{minimum:,} or more"
        yield f"came {format_value(value)}; accepted: {between}"
    if maximum is not None and value > maximum:
        between = f"{minimum:,} to {maximum:,}" if minimum is not None else f"{maximum:,} at most"
        yield f"came {format_value(value)}; accepted: {between}"


def _items(value: Any, each: Mapping[str, Any]) -> Iterator[str]:
    items = value.split(",") if isinstance(value, str) else value
    model = each.get("model")
    for item in items:
        text = _text(item)
        if each.get("wireType") == "integer":
            if not re.fullmatch(r"[+-]?[0-9]{1,18}", text, re.ASCII):
                yield f"came {format_value(item)} as one of its items; accepted: whole numbers joined by commas"
                continue
            for sentence in _bounds(int(text), each.get("minimum"), each.get("maximum")):
                yield f"one of its items {sentence}"
        if model is not None and text not in model:
            yield f"came {format_value(item)} as one of its items; accepted: {format_choices(model)}"
        if each.get("pattern") and not _compiled(each["pattern"]).fullmatch(text):
            yield f"came {format_value(item)} as one of its items, which does not have the form it needs ({each['pattern']})"


def _help(spec: Input) -> str:
    example = spec.example if isinstance(spec.example, str) else spec.placeholder
    return f"for example {example}" if example else "see its description"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)

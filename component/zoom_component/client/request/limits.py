"""Check a coerced value against the limits of its input: choices, lengths, ranges, patterns and items."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from zoom_component.client.request.values import format_value
from zoom_component.spec.spec import Input

__all__ = ["find_violations", "format_choices"]

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)


def find_violations(value: Any, spec: Input) -> Iterator[str]:
    """Yield a message for each limit of the input that the coerced value violates."""
    if value is None:
        return
    if spec.model is not None:
        for item in value if isinstance(value, list) else [value]:
            if _to_choice(item) not in spec.model:
                yield f"expected {format_choices(spec.model)}, got {format_value(item)}"
    if isinstance(value, str):
        yield from _check_length(value, spec)
        if spec.pattern is not None and not _compile(spec.pattern).fullmatch(value):
            yield f"expected text that matches {spec.pattern}{_format_example(spec)}, got {format_value(value)}"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        kind = "an integer" if spec.wire_type == "integer" else "a number"
        yield from _check_range(value, spec.minimum, spec.maximum, kind)
    if spec.items is not None:
        yield from _check_items(value, spec.items)


def format_choices(model: Mapping[str, str]) -> str:
    """Return `1 (Daily), 2 (Weekly) or 3 (Monthly)`: each value, with its label where it differs from the value."""
    texts = [value if value.lower() == label.lower() else f"{value} ({label})" for value, label in model.items()]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"


def _check_length(value: str, spec: Input) -> Iterator[str]:
    if spec.max_length is not None and len(value) > spec.max_length:
        yield f"expected at most {_count(spec.max_length)}, got {len(value):,}"
    if spec.min_length is not None and len(value) < spec.min_length:
        yield f"expected at least {_count(spec.min_length)}, got {len(value):,}"


def _count(characters: int) -> str:
    return f"{characters:,} character{'' if characters == 1 else 's'}"


def _check_range(value: float, minimum: int | None, maximum: int | None, kind: str) -> Iterator[str]:
    if (minimum is None or value >= minimum) and (maximum is None or value <= maximum):
        return
    if minimum is not None and maximum is not None:
        limits = f"from {minimum:,} to {maximum:,}"
    else:
        limits = f"of at least {minimum:,}" if minimum is not None else f"of at most {maximum:,}"
    yield f"expected {kind} {limits}, got {format_value(value)}"


def _check_items(value: Any, items: Mapping[str, Any]) -> Iterator[str]:
    """Check each item of a list, or of text that is separated by commas."""
    model = items.get("model")
    for item in value.split(",") if isinstance(value, str) else value:
        text = _to_choice(item)
        if items.get("wireType") == "integer":
            if not _INTEGER.fullmatch(text):
                yield f"expected integers separated by commas, got the item {format_value(item)}"
                continue
            yield from _check_range(int(text), items.get("minimum"), items.get("maximum"), "each item")
        if model is not None and text not in model:
            yield f"expected each item to be {format_choices(model)}, got {format_value(item)}"
        if items.get("pattern") and not _compile(items["pattern"]).fullmatch(text):
            yield f"expected each item to match {items['pattern']}, got {format_value(item)}"


def _format_example(spec: Input) -> str:
    example = spec.example if isinstance(spec.example, str) else spec.placeholder
    return f", for example {example}" if example else ""


def _to_choice(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@lru_cache(maxsize=256)
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)

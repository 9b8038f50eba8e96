"""The one place that escapes: what a caller gives becomes one segment of a path, and nothing else.

An id that begins with "/" or contains "//" is encoded twice, or the far side eats it
(https://developers.zoom.us/docs/api/references/meeting-ids/ says so of meeting UUIDs).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from zoom_component.client.request.values import InvalidValue, format_value

__all__ = ["escape_segment", "fill_path", "normalize_path"]

_AS_WRITTEN = "%/?:@!$&'()*+,;=-._~[]"
_BARE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def escape_segment(value: str) -> str:
    """One path segment. Raises Mismatch for the two names that no encoding protects: `.` and `..`."""
    if value in (".", "..") or not value:
        raise InvalidValue(f"came {format_value(value)}, which cannot be part of an address; accepted: an id")
    once = quote(value, safe="@:")
    if value.startswith("/") or "//" in value:
        return quote(once, safe="")
    return once


def fill_path(template: str, values: Mapping[str, str]) -> str:
    """The template with each `{name}` replaced by its escaped value."""
    return _PLACEHOLDER.sub(lambda found: escape_segment(values[found.group(1)]), template)


def normalize_path(text: str) -> str:
    """A path that a caller wrote, checked to stay below the base address. Raises Mismatch otherwise."""
    stripped = text.strip()
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", stripped) or stripped.startswith(("//", "\\")):
        raise InvalidValue(
            f"came {format_value(text)}, an address of its own; accepted: a path below the base address, as /users"
        )
    if re.search(r"[\x00-\x20\x7f\\]", stripped):
        raise InvalidValue(f"came {format_value(text)}; accepted: a path without spaces or backslashes, as /users/me")
    path = "/" + stripped.lstrip("/")
    if "#" in path:
        raise InvalidValue(f"came {format_value(text)}; a # never reaches the server; write %23 for one in an id")
    if any(part in (".", "..") for part in re.split(r"[/\\]", _decoded(path.partition("?")[0]))):
        raise InvalidValue(f"came {format_value(text)}; . and .. are not accepted in a path")
    return quote(_BARE.sub("%25", path), safe=_AS_WRITTEN)


def _decoded(path: str) -> str:
    """A path as the most eager server might read it: decoded until nothing is left to decode."""
    for _ in range(5):
        path, before = unquote(path), path
        if path == before:
            break
    return path

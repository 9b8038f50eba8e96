"""Escape characters that a terminal or a reader of a log does not show as they are. Pure.

Control characters move the cursor or start a new line, others reverse the order of the text around them or are not
displayed, so that a text looks like another one: https://www.unicode.org/reports/tr36/.
"""

from __future__ import annotations

import re

__all__ = ["MAX_LINE_LENGTH", "escape_controls", "format_line"]

MAX_LINE_LENGTH = 2000
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape_controls(text: str, keep: str = "") -> str:
    r"""Return the text with control, direction and invisible characters as escapes, such as `\u001b` and `\u202e`.

    The escapes are those of JSON, so that JSON keeps its value. The characters in `keep` stay, for a text of several
    lines.
    """
    if text.isprintable():
        return text
    return _UNSAFE.sub(lambda match: match[0] if match[0] in keep else _escape(match[0]), text)


def format_line(text: str, max_length: int = MAX_LINE_LENGTH) -> str:
    """Return the text as one line of at most `max_length` characters, with such characters as escapes."""
    # Escaped text is never shorter, so what is cut here would be cut below.
    escaped = escape_controls(text[: max_length + 1])
    return escaped if len(escaped) <= max_length else f"{escaped[: max_length - 1]}…"


def _escape(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))

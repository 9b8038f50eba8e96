r"""Read the surrogate escapes of JSON inside YAML, such as "\ud83d\ude00" for one character.

JSON writes a character above U+FFFF as two escapes (https://www.rfc-editor.org/rfc/rfc8259#section-7). YAML's own
escapes name whole characters, and its parsers refuse such halves. A stand-in of the same length goes through the
parser in their place, so that every position stays right.
"""

from __future__ import annotations

import re

__all__ = ["SurrogateEscapes", "describe_lone_surrogate", "join_surrogates"]

_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)(\\u([dD][89a-fA-F][0-9a-fA-F]{2}))")
_LONE = re.compile("[\ud800-\udfff]")
_PRIVATE_USE = range(0xE000, 0xF900)


class SurrogateEscapes:
    """Replace the surrogate escapes of a YAML text with a stand-in, and restore them in its scalars.

    `text` is the text to parse. The stand-in is a character that the original text does not contain.
    """

    def __init__(self, original: str) -> None:
        self._original = original
        self._stand_in, self._escape, self.text = "", "", original
        if "\\ud" in original.lower() and _ESCAPE.search(original):
            characters, lowered = set(original), original.lower()
            free = (each for each in _PRIVATE_USE if not (chr(each) in characters or _has_escape(lowered, each)))
            code = next(free, _PRIVATE_USE[0])
            self._stand_in, self._escape = chr(code), f"\\u{code:04x}"
            self.text = _ESCAPE.sub(lambda match: match[1] + self._escape, original)

    def restore(self, value: str, start: int, end: int) -> str:
        """Return the value of the scalar between two indexes of the text, with its surrogates joined to characters.

        Text without double quotation marks keeps the escapes as they are written: they mean nothing there.
        """
        if not self._stand_in:
            return value
        if self._stand_in in value:
            codes = iter([chr(int(match[3], 16)) for match in _ESCAPE.finditer(self._original, start, end)])
            return join_surrogates(re.sub(self._stand_in, lambda match: next(codes), value))
        if self._escape in value:
            escapes = iter([match[2] for match in _ESCAPE.finditer(self._original, start, end)])
            return re.sub(re.escape(self._escape), lambda match: next(escapes), value)
        return value


def join_surrogates(text: str) -> str:
    """Return a text in which each pair of surrogates is one character. A lone surrogate stays."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def describe_lone_surrogate(text: str) -> str:
    """Return the message about half a pair of surrogates in a text, "" if there is none."""
    if text.isascii() or (match := _LONE.search(text)) is None:
        return ""
    return f"expected whole characters, got U+{ord(match[0]):04X}, half of a surrogate pair; write both escapes"


def _has_escape(lowered: str, code: int) -> bool:
    return f"\\u{code:04x}" in lowered or f"\\u{code:08x}" in lowered

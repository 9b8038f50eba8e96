"""Replace secrets that are known, in each form in which they may be written. Pure."""

from __future__ import annotations

import html
import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from functools import cached_property

__all__ = ["MIN_LENGTH", "KnownSecrets", "list_cores"]

MIN_LENGTH = 4
# A shorter secret is replaced where it stands alone: inside of a word or a number it is a coincidence.
_MIN_LENGTH_INSIDE = 8
_MIN_BASE64_BYTES = 6
_WORD = re.compile(r"[A-Za-z0-9]+")
_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")
_URL_SAFE = {"+": "-", "/": "_"}  # https://www.rfc-editor.org/rfc/rfc4648#section-5
_SHORT_ESCAPES = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
# The text before a secret may end in an escape, whose last character is no part of a word.
_NOT_INSIDE = r"(?:(?<![A-Za-z0-9_])|(?<=\\[nrtbf])|(?<=%[0-9A-Fa-f]{2})|(?<=\\u[0-9A-Fa-f]{4}))"


def list_cores(secret: str) -> list[str]:
    """Return texts of which one occurs wherever the secret occurs, in any form. "" occurs everywhere."""
    return [_find_longest_word(form) for form in (secret, *_encode_base64(secret))]


class KnownSecrets:
    """Replace secrets as they are, percent-encoded, escaped for JSON, XML or HTML, and inside of base64.

    The longest comes first, so that no secret is cut by another one. Secrets of fewer than four characters are left
    out: they are a part of everything.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        distinct = sorted(
            {secret for secret in secrets if len(secret) >= MIN_LENGTH}, key=lambda each: (-len(each), each)
        )
        self._secrets = [_KnownSecret(secret) for secret in distinct]

    def replace(self, text: str, name_secret: Callable[[str], str]) -> str:
        """Return the text with each secret replaced by what `name_secret` returns for it."""
        for known in self._secrets:
            if any(core in text for core in known.cores):
                text = known.replace(text, name_secret)
        return text


class _KnownSecret:
    """Hold one secret, and the forms in which it is searched."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.cores = list_cores(secret)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        forms = "".join(map(_match_character, self.secret))
        if len(self.secret) >= _MIN_LENGTH_INSIDE:
            return re.compile(forms)
        return re.compile(f"{_NOT_INSIDE}{forms}(?![A-Za-z0-9_])")

    @cached_property
    def _base64_patterns(self) -> list[re.Pattern[str]]:
        return [re.compile("".join(map(_match_base64, form))) for form in _encode_base64(self.secret)]

    def replace(self, text: str, name_secret: Callable[[str], str]) -> str:
        """Return the text without the secret. Base64 that contains it is replaced as a whole."""
        text = self._pattern.sub(lambda match: name_secret(self.secret), text)
        for pattern in self._base64_patterns:
            while match := pattern.search(text):
                start, end = _expand_to_base64(text, *match.span())
                text = f"{text[:start]}{name_secret(self.secret)}{text[end:]}"
        return text


def _expand_to_base64(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the start and the end of the base64 around a part of it."""
    while start > 0 and text[start - 1] in _BASE64:
        start -= 1
    if start > 0 and text[start - 1] == "\\":
        start += 1  # the first character belongs to an escape, such as \n
    while end < len(text) and (text[end] in _BASE64 or text[end] == "="):
        end += 1
    return start, end


def _find_longest_word(text: str) -> str:
    return max(_WORD.findall(text), key=len, default="")


def _match_character(char: str) -> str:
    """Return a pattern for a character as it is and in each escape. Letters and digits are escaped by nobody."""
    if char.isascii() and char.isalnum():
        return char
    percent = "".join(f"%(?:25)*(?i:{byte:02X})" for byte in char.encode("utf-8", "surrogatepass"))
    units = char.encode("utf-16-be", "surrogatepass")
    unicode_escape = "".join(rf"\\+u(?i:{units[at]:02X}{units[at + 1]:02X})" for at in range(0, len(units), 2))
    entities = [f"&#0*{ord(char)};", f"&#[xX]0*(?i:{ord(char):X});", re.escape(html.escape(char))]
    forms = [rf"\\*{re.escape(char)}", percent, unicode_escape, *entities]
    if char == " ":
        forms.append(r"\+")
    if char in _SHORT_ESCAPES:
        forms.append(rf"\\+{_SHORT_ESCAPES[char]}")
    if char == "'":
        forms.append("&apos;")
    return f"(?:{'|'.join(dict.fromkeys(forms))})"


def _match_base64(char: str) -> str:
    if char in _URL_SAFE:
        return f"(?:{_match_character(char)}|{_URL_SAFE[char]})"
    return char


def _encode_base64(secret: str) -> list[str]:
    """Return the characters that the secret has inside of base64, for each of the three places where it may begin."""
    data = secret.encode("utf-8", "surrogatepass")
    if len(data) < _MIN_BASE64_BYTES:
        return []
    forms = []
    for skipped in range(3):
        padded = b"\0" * skipped + data
        whole = len(padded) // 3 * 4 + (len(padded) % 3)  # the character after these depends on what follows
        forms.append(b64encode(padded).decode()[(skipped * 8 + 5) // 6 : whole])
    return forms

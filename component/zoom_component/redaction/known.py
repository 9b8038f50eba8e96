"""Replace secrets that are known, in each form in which they may be written. Pure."""

from __future__ import annotations

import html
import re
from base64 import b64encode
from collections.abc import Callable, Iterable

__all__ = ["MIN_LENGTH", "KnownSecrets", "list_cores"]

MIN_LENGTH = 4
# A shorter secret is replaced where it stands alone: inside of a word or a number it is a coincidence.
_MIN_LENGTH_INSIDE = 8
_MIN_BASE64_BYTES = 6
# With more secrets than this, those that may be in a text are looked up by the last characters of their words.
_MAX_UNINDEXED = 16
_INDEX_LENGTHS = (6, 4, 3, 2)
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
        self._index: dict[str, list[int]] = {}
        if len(self._secrets) > _MAX_UNINDEXED:
            for number, known in enumerate(self._secrets):
                for core in known.cores:
                    self._index.setdefault(_get_index_key(core), []).append(number)
        self._key_lengths = sorted({len(key) for key in self._index} - {0})

    def replace(self, text: str, name_secret: Callable[[str], str]) -> str:
        """Return the text with each secret replaced by what `name_secret` returns for it."""
        for known in self._find_candidates(text):
            if any(core in text for core in known.cores):
                text = known.replace(text, name_secret)
        return text

    def _find_candidates(self, text: str) -> list[_KnownSecret]:
        """Return the secrets that may be in a text. A recording has thousands, and most texts hold one at most."""
        if len(self._secrets) <= _MAX_UNINDEXED:
            return self._secrets
        found = set(self._index.get("", ()))
        for length in self._key_lengths:
            keys = {text[at : at + length] for at in range(len(text) - length + 1)}
            found.update(number for key in keys & self._index.keys() for number in self._index[key])
        return [self._secrets[number] for number in sorted(found)]


class _KnownSecret:
    """Hold one secret, and the forms in which it is searched."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.cores = list_cores(secret)
        self._patterns: list[re.Pattern[str]] = []

    def _compile(self) -> list[re.Pattern[str]]:
        """Return the patterns of the secret itself, and of base64 that contains it."""
        base64_patterns = [re.compile("".join(map(_match_base64, form))) for form in _encode_base64(self.secret)]
        return [self._compile_plain(), *base64_patterns]

    def _compile_plain(self) -> re.Pattern[str]:
        forms = "".join(map(_match_character, self.secret))
        if len(self.secret) >= _MIN_LENGTH_INSIDE:
            return re.compile(forms)
        return re.compile(f"{_NOT_INSIDE}{forms}(?![A-Za-z0-9_])")

    def replace(self, text: str, name_secret: Callable[[str], str]) -> str:
        """Return the text without the secret. Base64 that contains it is replaced as a whole."""
        self._patterns = self._patterns or self._compile()
        text = self._patterns[0].sub(lambda match: name_secret(self.secret), text)
        for pattern in self._patterns[1:]:
            while match := pattern.search(text):
                start, end = _expand_to_base64(text, *match.span())
                text = f"{text[:start]}{name_secret(self.secret)}{text[end:]}"
        return text


def _get_index_key(core: str) -> str:
    """Return the end of a word; tokens of the same kind often begin alike. "" for a word that is too short."""
    return next((core[-length:] for length in _INDEX_LENGTHS if len(core) >= length), "")


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
    """Return a pattern for a character as it is and in each escape. Letters and digits are escaped by nobody.

    Repetitions are bounded: a text may be made to be slow to search.
    """
    if char.isascii() and char.isalnum():
        return char
    percent = "".join(f"%(?:25){{0,4}}(?i:{byte:02X})" for byte in char.encode("utf-8", "surrogatepass"))
    units = char.encode("utf-16-be", "surrogatepass")
    unicode_escape = "".join(rf"\\{{1,8}}u(?i:{units[at]:02X}{units[at + 1]:02X})" for at in range(0, len(units), 2))
    entities = [f"&#0{{0,7}}{ord(char)};", f"&#[xX]0{{0,7}}(?i:{ord(char):X});", re.escape(html.escape(char))]
    forms = [rf"\\{{0,8}}{re.escape(char)}", percent, unicode_escape, *entities]
    if char == " ":
        forms.append(r"\+")
    if char in _SHORT_ESCAPES:
        forms.append(rf"\\{{1,8}}{_SHORT_ESCAPES[char]}")
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

"""Clean text that identifies something: IDs, numbers, email addresses, credentials and secrets. Pure.

Copied text carries characters that nobody sees (no-break and zero-width spaces, direction marks, byte order marks) and
digits and letters of other scripts. They are removed, or replaced by the ASCII character that they stand for. What
cannot be replaced is refused and shown as U+XXXX. Text that people read, such as a topic, never comes here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import Literal

__all__ = [
    "UnreadableCharacter",
    "clean_credential",
    "clean_email",
    "clean_id",
    "clean_text",
    "describe_unreadable",
    "normalize_marks",
    "remove_invisible",
    "split_addresses",
    "strip_invisible",
]

# Characters that are not displayed: the property Default_Ignorable_Code_Point of
# https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt, with the interlinear annotations.
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
# Each is a hyphen in print: word processors write the second and third for "-".
_HYPHENS = "\u2010\u2011\u2212"
_BLANK_PATTERN = "\u2800"  # the empty cell of braille
_LIGATURES = ("\ufb00", "\ufb06")
# How a character differs from the ASCII one that it stands for. A superscript or a circled digit is not the digit.
_SAFE_VARIANTS = ("<wide>", "<narrow>", "<font>", "<small>", "<noBreak>")
_UNREADABLE = re.compile(r"[^\x20-\x7e]")
_QUOTES = {'"': '"', "'": "'", "`": "`", "<": ">", "(": ")", "[": "]", "\u201c": "\u201d", "\u201e": "\u201c",
           "\u2018": "\u2019", "\u00ab": "\u00bb", "\u2039": "\u203a"}  # fmt: skip
_MAILTO = re.compile(r"mailto:(?://)?\s*([^?\s]*)(?:\?.*)?", re.IGNORECASE | re.DOTALL)
_MAILBOX = re.compile(r"[^<>@]*<\s*([^<>\s]+)\s*>")
_MARKDOWN_LINK = re.compile(r"\[[^\[\]]*\]\(([^()\s]+)\)")
_MAX_MARKS = 30  # of one letter
_MAX_LAYERS = 10  # of quotes, brackets and links around an address
# Two scripts with letters that look like Latin ones.
_LOOKALIKE_SCRIPTS = ("CYRILLIC ", "GREEK ")


class UnreadableCharacter(ValueError):
    """Report a character that an identity cannot have. The text of the error names it, but holds nothing else."""


def clean_text(text: str) -> str:
    """Return the text without invisible characters, with plain blanks, and with ASCII for what stands for ASCII.

    Everything else stays, also line breaks and letters of other scripts.
    """
    if text.isascii():
        return text
    # Composed last: a wide letter before an accent is composed only as an ASCII letter.
    return normalize_marks("NFC", "".join(map(_to_ascii, _IGNORABLE.sub("", text))))


def normalize_marks(form: Literal["NFC", "NFKC"], text: str) -> str:
    """Return a text in a normal form of Unicode; unchanged if more marks follow one letter than any language writes.

    Sorting the marks of one letter takes a time that grows with the square of their number.
    https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format
    """
    runs = (sum(1 for _ in run) for is_mark, run in groupby(map(unicodedata.combining, text), bool) if is_mark)
    return text if max(runs, default=0) > _MAX_MARKS else unicodedata.normalize(form, text)


def clean_id(text: str) -> str:
    """Return an ID, or an email address where the text has an "@", in the form it is sent in.

    Raise UnreadableCharacter for a character that no ID has.
    """
    cleaned = clean_text(text).strip()
    if "@" in cleaned:
        return clean_email(cleaned)
    if match := _UNREADABLE.search(cleaned):
        raise UnreadableCharacter(describe_unreadable(match[0]))
    return cleaned


def clean_credential(text: str) -> str:
    """Return a client or account ID, a secret or a token without invisible characters, and without blanks around it.

    A no-break or thin space inside is removed too. Raise UnreadableCharacter, whose message has the position of the
    character, but no part of the secret.
    """
    if text.isascii():
        cleaned = text.strip()
        if cleaned.isprintable():
            return cleaned
    else:
        visible = "".join(char for char in text if char.isascii() or not _is_blank(char))
        cleaned = clean_text(visible).strip()
    if match := _UNREADABLE.search(cleaned):
        raise UnreadableCharacter(f"{describe_unreadable(match[0])} at position {match.start() + 1}")
    return cleaned


def clean_email(text: str) -> str:
    """Return the email address of a text: of a `mailto:` link, in quotes or brackets, or after a display name.

    A text that holds no address is returned without its invisible characters. Raise UnreadableCharacter for a letter
    that only looks like those around it.
    """
    address, before = clean_text(text), None
    for _ in range(_MAX_LAYERS):
        if address == before:
            break
        address, before = _unwrap_address(address), address
    if not address.isascii():
        address = _check_lookalikes(address)
    return address


def split_addresses(text: str) -> list[str]:
    """Return the parts of a list of addresses or IDs, which are separated by semicolons, commas or line breaks.

    A comma inside a display name ("Smith, Ann <ann@example.com>") separates nothing.
    """
    cleaned = clean_text(text).replace("\uff1b", ";")
    if ";" in cleaned:
        parts = re.split(r"[;\n]", cleaned)
    elif "<" in cleaned:
        parts = re.split(r"(?<=>)\s*,|\n", cleaned)
    else:
        parts = re.split(r"[,\n]", cleaned)
    return [stripped for part in parts if (stripped := part.strip())]


def remove_invisible(text: str) -> str:
    """Return the text without characters that are not displayed; blanks and letters of any script stay."""
    return text if text.isascii() else _IGNORABLE.sub("", text)


def strip_invisible(text: str) -> str:
    """Return the text without blanks and invisible characters at its ends."""
    visible = [at for at, char in enumerate(text) if not (_is_blank(char) or _IGNORABLE.match(char))]
    return text[visible[0] : visible[-1] + 1] if visible else ""


def describe_unreadable(text: str) -> str:
    """Return the first character of a text that is not visible ASCII as `U+0430 (CYRILLIC SMALL LETTER A)`.

    Return "" if all are visible ASCII or blanks.
    """
    match = _UNREADABLE.search(text)
    if match is None:
        return ""
    name = unicodedata.name(match[0], "a control character" if ord(match[0]) < 0xA0 else "a character without a name")
    return f"U+{ord(match[0]):04X} ({name})"


@lru_cache(maxsize=1024)
def _to_ascii(char: str) -> str:
    """Return the ASCII text that a character stands for, the character itself if it stands for none."""
    if char.isascii():
        return char
    if _is_blank(char):
        return "\n" if char in "\x85\u2028\u2029" else " "
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if char in _HYPHENS:
        return "-"
    plain = unicodedata.normalize("NFKC", char)
    is_variant = unicodedata.decomposition(char).partition(" ")[0] in _SAFE_VARIANTS
    is_ligature = _LIGATURES[0] <= char <= _LIGATURES[1]
    return plain if plain.isascii() and (is_variant or is_ligature) else char


def _is_blank(char: str) -> bool:
    return char.isspace() or char == _BLANK_PATTERN


def _unwrap_address(text: str) -> str:
    """Return an address without one layer of what people copy around it."""
    address = text.strip().rstrip(",;").rstrip()
    if len(address) > 1 and _QUOTES.get(address[0]) == address[-1]:
        address = address[1:-1].strip()
    elif match := _MARKDOWN_LINK.fullmatch(address) or _MAILBOX.fullmatch(address):
        address = match[1]
    elif address[:7].lower() == "mailto:" and (match := _MAILTO.fullmatch(address)):
        from urllib.parse import unquote

        address = clean_text(unquote(match[1]))
    return address


def _check_lookalikes(address: str) -> str:
    """Return an address with the dots of other scripts in its domain as ".".

    Raise UnreadableCharacter where Latin letters and similar letters of another script are mixed.
    """
    local, at, domain = address.rpartition("@")
    # https://www.unicode.org/reports/tr46/ maps these to the dot between labels.
    domain = domain.replace("\u3002", ".").replace("\uff61", ".")
    for part in (local, *domain.split(".")):
        foreign = next((char for char in part if _is_lookalike(char)), "")
        if foreign and any(char.isascii() and char.isalpha() for char in part):
            raise UnreadableCharacter(describe_unreadable(foreign))
    return local + at + domain


def _is_lookalike(char: str) -> bool:
    return not char.isascii() and unicodedata.name(char, "").startswith(_LOOKALIKE_SCRIPTS)

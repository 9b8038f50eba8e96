"""Read the ID of a meeting or webinar from what people copy: a number, a link, a UUID, or a line of an invitation.

What is not one of these, or names several meetings, is refused: sent as an ID, it could only be "not found".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zoom_component.client.request.values import InvalidValue, format_value

__all__ = ["read_meeting_id"]

_NUMBER = re.compile(r"[1-9][0-9]{0,11}\Z", re.ASCII)
_MAX_LENGTH = 20_000
_MAX_SIGNS = 60
_MAX_LABEL = 80
_EXPECTED = "expected a meeting number, a join link or a UUID"
# Digits with other signs that are no meeting number: dates, addresses of a network, one "." or "," before decimals.
_DATE = re.compile(r"(?:19|20)\d\d([-./])\d\d?\1\d\d?(?!\d)|\d\d?([-./])\d\d?\2(?:19|20)\d\d(?!\d)")
_IP_ADDRESS = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)")
# The number at the end of a link, typed in groups as the client shows it.
_SPACED_LINK = re.compile(r"(?<=/)[1-9]\d{2} \d{3,4} \d{3,4}(?![\d ]*\d)")
_SIGNS = "+-\u2012\u2013\u2014\u2015"
_DECIMAL = re.compile(r"\d+[.,]\d+|[.,]\d+|\d+[.,]")


# A number in an invitation: 9 to 11 digits, alone or in groups of three and four.
_GROUPS = re.compile(r"(?<![\d+*#.,/-])([1-9]\d{2}([ .-]{0,2})\d{3,4}\2\d{3,4})(?![\d@]|[.,]\d)")
_LABEL_OF_ID = re.compile(
    r"(?<![a-z])ids?(?![a-z])|identi|zoom|meeting|webinar|number|nummer|n[úu]m[eé]ro|номер|идентиф|kimli|[号號]|番号|번호"
    r"|معرف|מזהה|หมายเลข"
)
_OTHER_LABEL = re.compile(
    r"phone|telef|t[ée]l[ée]?\b|mobile?|móvil|celular|handy|fax|dial|pass|pin\b|whatsapp"
    r"|телефон|电话|電話|手机|전화|密码|密碼|パスコード|암호"
)
_AFTER_PHONE = re.compile(r"\+[\d ()-]*\Z")
# In Zoom's invitation, "One tap mobile" is a telephone number, pauses, and the number of the meeting.
_ONE_TAP = re.compile(r"\+?[\d ()-]{6,20}[,;pwx]+ ?([1-9]\d{8,10})#", re.IGNORECASE)
_SIP = re.compile(r"(?<![\d.])([1-9]\d{8,10})(?:\.[\d*#]*)*@[\w.-]*zoom(?:crc\.com|gov\.com|\.us)", re.IGNORECASE)
_LABELED_UUID = re.compile(r"uuid[\"' ]*[:=][\"' ]*([A-Za-z0-9+/_%-]{16,}={0,2})", re.IGNORECASE)
_QUOTES = "\"'`<>()[]{}\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb\u2039\u203a"
_PUNCTUATION = ".,;:!?\u3002\uff0c\u3001"


def read_meeting_id(text: str) -> str:
    """Return the number of the meeting or webinar that a text names, or its UUID, which is not encoded.

    Raises InvalidValue for text that names no meeting, or more than one.
    """
    stripped = text.strip()
    if _NUMBER.match(stripped):
        return stripped
    plain = _simplify(stripped)
    if len(plain) <= _MAX_LENGTH and plain:
        from zoom_component.client.request.meeting_links import decode_uuid

        plain = _SPACED_LINK.sub(lambda match: match[0].replace(" ", ""), plain)
        found = decode_uuid(plain) or _read_number(plain)
        return found or _search(plain, text)
    raise InvalidValue(f"{_EXPECTED}, got {format_value(text)}")


def _simplify(text: str) -> str:
    """Return the text without what surrounds it, and with "/" and "&" for their forms in JSON and HTML."""
    if not text.isascii():
        from zoom_component.identity_text import clean_text

        text = clean_text(text)
    text = text.replace("\\/", "/").replace("&amp;", "&")
    before = None
    while text != before:
        before = text
        text = text.strip().strip(_QUOTES).rstrip(_PUNCTUATION)
    return text


def _read_number(text: str) -> str | None:
    """Return the number in a text of digits, blanks and signs; None for other text.

    Raises InvalidValue for a number that no meeting has: 0, negative, a fraction, too short or too long.
    """
    if len(text) > _MAX_SIGNS or not any(char.isdigit() for char in text) or any(char.isalpha() for char in text):
        return None
    if "+" in text and "," in text:
        return None  # a telephone number with a meeting number after it
    digits = re.sub(r"[^0-9]", "", text)
    is_sign = text[0] in _SIGNS and text[1:2].isdigit()
    is_raised = any(char.isnumeric() and not char.isascii() for char in text)  # 89² is not 892
    others = (_DECIMAL.fullmatch(text), _DATE.match(text), _IP_ADDRESS.fullmatch(text), "+" in text, is_sign, is_raised)
    is_plain = all(char.isdecimal() or char.isprintable() or char in "\t\n\r" for char in text)
    if is_plain and not any(others) and 8 <= len(digits) <= 12 and _NUMBER.match(digits):
        return digits
    raise InvalidValue(f"{_EXPECTED}, got {format_value(text)}, and a meeting number has 9 to 11 digits")


def _search(plain: str, text: str) -> str:
    """Return the one meeting that the links and lines of a text name."""
    from zoom_component.client.request.meeting_links import LINK, decode_uuid, read_link

    targets = [read_link(match[0]) for match in LINK.finditer(plain)]
    rest = LINK.sub(" ", plain)
    if "tel:" in plain.lower():
        from urllib.parse import unquote

        rest = unquote(rest)
    ids = [each for target in targets for each in target.ids]
    # The invitation of another service has numbers of its own.
    if not targets or "zoom" in plain.lower():
        ids += [match[1] for pattern in (_ONE_TAP, _SIP) for match in pattern.finditer(rest)]
        ids += _iter_labeled_numbers(rest)
        ids += [uuid for match in _LABELED_UUID.finditer(rest) if (uuid := decode_uuid(match[1]))]
    numbers = {each for each in ids if each.isdigit()} or set(ids)
    if len(numbers) == 1:
        return numbers.pop()
    if numbers:
        reason = f"text that names {len(numbers)} meetings ({', '.join(sorted(numbers)[:3])}); send one of them"
    else:
        reason = next((target.reason for target in targets if target.reason), "") or _describe_characters(plain)
    raise InvalidValue(f"{_EXPECTED}, got {format_value(text)}{f', {reason}' if reason else ''}")


def _iter_labeled_numbers(text: str) -> Iterator[str]:
    """Yield each number that a label such as "Meeting ID:" precedes, on its line or on the line before.

    A number in groups of 3, 4 and 4 digits is one of Zoom's in any language, unless its label names something else.
    """
    line_before = ""
    for line in text.splitlines():
        for match in _GROUPS.finditer(line):
            before = line[max(0, match.start() - _MAX_LABEL) : match.start()]
            label = (before if before.strip(" \t-*\u2022>|#") else line_before).lower()
            digits = re.sub(r"[^0-9]", "", match[1])
            is_grouped = bool(match[2]) and len(digits) == 11
            is_labeled = bool(label.strip()) if is_grouped else bool(_LABEL_OF_ID.search(label))
            if is_labeled and not _OTHER_LABEL.search(label) and not _AFTER_PHONE.search(before):
                yield digits
        line_before = line if line.strip() else line_before


def _describe_characters(text: str) -> str:
    if text.isascii():
        return ""
    from zoom_component.identity_text import describe_unreadable

    character = describe_unreadable(text)
    return f"which has {character}" if character else ""

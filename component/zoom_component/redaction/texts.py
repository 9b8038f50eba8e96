"""Find the secrets inside texts: URLs, forms, headers, JSON, XML, multipart bodies and invitations. Pure."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import unquote, unquote_plus

from zoom_component.redaction.names import is_secret_header, is_secret_name, is_secret_parameter

__all__ = ["MASK", "SecretSpan", "find_spans", "find_stream_key", "mask_text", "replace_spans"]

MASK = "[redacted]"
_NO_SECRETS = frozenset({"true", "false", "null", "none", "undefined", "yes", "no"})
# Most texts hold none of these, and then nothing else is searched.
_MAYBE = re.compile(r"(?i)[:=,<@\uff1a]|eyJ|bearer|basic|%3d|-----BEGIN|v0=")

# What is secret in any text, with any words around it.
_SCHEME = re.compile(r"(?i)\b(?:bearer|basic)\s+([A-Za-z0-9._~+/=-]{8,})")
_JWT = re.compile(r"\b(eyJ[\w-]{8,}(?:\.[\w-]*)*)")
_SIGNATURE = re.compile(r"\b(v0=[0-9a-fA-F]{32,})")
_USER_INFO = re.compile(r"(?i)\b[a-z][a-z0-9+.-]{0,20}://([^\s/\"'<>?#]+)@")
_STREAM_PATH = re.compile(r"(?i)\b(?:rtmp[a-z]{0,2}|srt|rtsps?)://[^\s/\"'<>]+/([^\s\"'<>]+)")
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(.+?)(?:-----END|\Z)", re.DOTALL)
_PARAMETER = re.compile(r"(?:[?&;#]|\\u0026|&amp;)([A-Za-z][\w.\[\]-]{0,80})(?:=|\\u003[dD])([^\s&#\"'<>\\]+)")
_ENCODED_PARAMETER = re.compile(
    r"(?i)(?:%(?:25){0,4}(?:3F|26|3B|23)|[?&;#])([a-z][a-z0-9_.-]{0,80})%(?:25){0,4}3D((?:(?!%(?:25){0,4}(?:26|23|22|20))[^\s&#\"'<>])+)"
)
_GRANT_CODE = re.compile(r"(?i)(?:\A|[?&])code=([A-Za-z0-9._~%-]{8,})")

# What is secret in a text of somebody else: a body, an agenda, an invitation, a message of Zoom.
_NAME = re.compile(r"(?<![\w.\[\]-])([\w.\[\]-]+)(\\*[\"'])?\s{0,8}(=>|[:=])[ \t]{0,8}")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)(?:"|\\?\Z)|\'([^\']*)(?:\'|\Z)', re.DOTALL)
_NESTED_QUOTED = re.compile(r"(\\+[\"'])(.*?)(?:\1|\Z)", re.DOTALL)
_BARE = re.compile(r"[^\s\"'<>&{\[][^\s\"'<>&}\]]*")
_SCOPE = re.compile(r"[a-z_]+(?::[a-z_]+)*")  # chat_token:read:admin names a right
_REST_OF_LINE = re.compile(r"(?:(?i:basic|bearer|digest)[ \t]+)?([^\r\n\"<>]+)")
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)(?:\s[^<>]*)?>(?:<!\[CDATA\[(.*?)\]\]>|([^<]+))<", re.DOTALL)
_PART = re.compile(r'\bname="([^"\r\n]+)"[^\r\n]*\r?\n(?:[^\r\n]+\r?\n){0,20}\r?\n(.{0,4096}?)\r?\n--', re.DOTALL)
# The lines of Zoom's invitations, in the languages that Zoom writes them in.
_LABELS = (
    "pass ?code", "password", "host key", "kenncode", "kennwort", "passwort", "mot de passe", "code secret",
    "code d[\u2019']acc\u00e8s", "contrase\u00f1a", "c\u00f3digo de acceso", "senha", "passcode",
    "codice d[\u2019']accesso", "wachtwoord", "toegangscode", "has\u0142o", "kod dost\u0119pu", "l\u00f6senord",
    "\u015fifre", "parola", "kata sandi", "kode sandi", "m\u1eadt m\u00e3", "m\u1eadt kh\u1ea9u",
    "\u043f\u0430\u0440\u043e\u043b\u044c", "\u043a\u043e\u0434 \u0434\u043e\u0441\u0442\u0443\u043f\u0430",
    "\u30d1\u30b9\u30b3\u30fc\u30c9", "\u30d1\u30b9\u30ef\u30fc\u30c9", "\u5bc6\u7801", "\u5bc6\u78bc",
    "\u53e3\u4ee4", "\uc554\ud638", "\ube44\ubc00\ubc88\ud638",
)  # fmt: skip
_LABEL = re.compile(rf"(?i)(?:{'|'.join(_LABELS)})\s?(?:\([^)\n]{{0,40}}\))?\s?\Z")
_LABELED = re.compile(r"[:\uff1a][ \t]*([^\s\"'<>\\]+)")
_MAX_LABEL_LENGTH = 64
_ONE_TAP = re.compile(r"#,{2,8}(?:0#,,)?\*?([0-9A-Za-z@_-]{1,16})#")
_ROOM_SYSTEM = re.compile(r"\b[0-9]{9,12}\.([^\s.@]{1,20})@zoomcrc\.com", re.IGNORECASE)
_STREAM_URL = re.compile(r"(?i)[a-z][a-z0-9+.-]*://[^/\s]+/(\S+)")
_PATTERNS = (_SCHEME, _JWT, _SIGNATURE, _USER_INFO, _STREAM_PATH, _PRIVATE_KEY)
_INVITATION_PATTERNS = (_ONE_TAP, _ROOM_SYSTEM)


class SecretSpan(NamedTuple):
    """Hold the place of a secret in a text, and the secret itself, decoded."""

    start: int
    end: int
    secret: str


def find_spans(text: str, *, is_foreign: bool = True) -> list[SecretSpan]:
    """Return the places of secrets in a text, in order and without overlaps.

    A message of this component is not foreign: there, `password: expected a text` holds no secret.
    """
    if not _MAYBE.search(text):
        return []
    spans = [*_find_plain(text), *(_find_foreign(text) if is_foreign else ())]
    spans.sort(key=lambda span: (span.start, -span.end))
    result: list[SecretSpan] = []
    for span in spans:
        if (not result or span.start >= result[-1].end) and _may_be_secret(span.secret):
            result.append(span)
    return result


def replace_spans(text: str, spans: list[SecretSpan], name_secret: Callable[[str], str]) -> str:
    """Return the text with each span replaced by what `name_secret` returns for its secret."""
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], name_secret(span.secret)]
        at = span.end
    return "".join([*parts, text[at:]])


def mask_text(text: str, *, is_foreign: bool = True) -> str:
    """Return the text with its secrets masked."""
    return replace_spans(text, find_spans(text, is_foreign=is_foreign), lambda secret: MASK)


def find_stream_key(name: str, text: str) -> list[SecretSpan]:
    """Return the path and the query of a `stream_url`, which often contain the key of the stream."""
    match = _STREAM_URL.fullmatch(text) if name.lower().replace("_", "").endswith("streamurl") else None
    return [SecretSpan(*match.span(1), match[1])] if match else []


def _find_plain(text: str) -> Iterator[SecretSpan]:
    for pattern in _PATTERNS:
        yield from (SecretSpan(*match.span(1), match[1]) for match in pattern.finditer(text))
    for match in _PARAMETER.finditer(text):
        if is_secret_parameter(match[1]):
            yield SecretSpan(*match.span(2), unquote_plus(match[2]))
    if "%3d" in text.lower():
        for match in _ENCODED_PARAMETER.finditer(text):
            if is_secret_parameter(match[1]):
                yield SecretSpan(*match.span(2), unquote(unquote(match[2])))
    if "code=" in text and ("grant_type=" in text or "://" in text):
        yield from (SecretSpan(*match.span(1), unquote(match[1])) for match in _GRANT_CODE.finditer(text))


def _find_foreign(text: str) -> Iterator[SecretSpan]:
    yield from _find_in_invitation(text)
    for match in _NAME.finditer(text):
        # The first letter may belong to an escape: \\npin is a new line and a PIN.
        is_escaped = text[match.start() - 1 : match.start()] == "\\"
        if is_secret_name(match[1]) or (is_escaped and is_secret_name(match[1][1:])):
            yield from _read_value(text, match)
    if "<" in text:
        for match in _ELEMENT.finditer(text):
            if is_secret_name(match[1]):
                group = 3 if match[2] is None else 2
                yield SecretSpan(*match.span(group), html.unescape(match[group]))
    if 'name="' in text:
        for match in _PART.finditer(text):
            if is_secret_name(match[1]):
                yield SecretSpan(*match.span(2), match[2])


def _find_in_invitation(text: str) -> Iterator[SecretSpan]:
    for pattern in _INVITATION_PATTERNS:
        yield from (SecretSpan(*match.span(1), match[1]) for match in pattern.finditer(text))
    for match in _LABELED.finditer(text):
        if _LABEL.search(text[max(match.start() - _MAX_LABEL_LENGTH, 0) : match.start()]):
            yield SecretSpan(*match.span(1), match[1])


def _read_value(text: str, name: re.Match[str]) -> Iterator[SecretSpan]:
    """Yield the value after a name that is secret: in quotes, to the end of the line, or up to the next blank."""
    at = name.end()
    if nested := _NESTED_QUOTED.match(text, at):
        yield SecretSpan(*nested.span(2), _unescape(nested[2]))
    elif quoted := _QUOTED.match(text, at):
        group = 2 if quoted[1] is None else 1
        yield SecretSpan(*quoted.span(group), html.unescape(_unescape(quoted[group])))
    elif is_secret_header(name[1]) and name[3] == ":":
        if rest := _REST_OF_LINE.match(text, at):
            yield SecretSpan(*rest.span(1), rest[1].strip())
    elif bare := _BARE.match(text, at):
        value = bare[0].rstrip(",;.)") or bare[0]
        if name[3] == ":" and text[at - 1] == ":" and _SCOPE.fullmatch(value):
            return
        yield SecretSpan(at, at + len(value), unquote_plus(value) if name[3] == "=" else value)


def _unescape(text: str) -> str:
    """Return the text of a JSON string, as it stands if it is none."""
    if "\\" not in text:
        return text
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def _may_be_secret(text: str) -> bool:
    return bool(text) and text.lower() not in _NO_SECRETS and not text.startswith("[redacted")

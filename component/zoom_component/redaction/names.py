"""Decide by its name whether a field, a header, a query parameter or an option holds a secret. Pure.

tests/redaction/test_secret_names.py compares the list with each name of the facts about Zoom.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

__all__ = ["is_secret_header", "is_secret_name", "is_secret_parameter", "list_names"]

# Words that make a name secret wherever they stand in it, with any word before and after.
_WORDS = (
    "access_key", "activation_codes?", "api_?keys?", "assertion", "auth_?key", "authorization(?!_(?:id|name))",
    "code_verifier", "cookies?", "credentials?", "encryption_key", "host_?key", "jwt", "leader_pin", "license_key",
    "otp", "pass_?code", "passwd", "pass_?phrase", "pin", "pin_code", "private_key", "pwd", "secret_key",
    "security_code", "signature", "signing_key", "stream_?key", "subscription_key", "tk", "totp", "verification_code",
    "zak",
)  # fmt: skip
# Words that also make a name secret without a word break before them: accesstoken, sharedsecret, userpassword.
_ENDINGS = ("passcodes?", "passwords?", "secrets?", "tokens?")
_WHOLE_NAMES = ("pass", "pw", "sig", "apikey")
# Last words of names that describe a secret and hold none.
_DESCRIPTIONS = (
    "count", "enabled?", "endpoint", "expiration", "expires", "expires_(?:at|in|on)", "expiry", "field", "forbidden",
    "format", "header", "length", "lifetime", "options?", "param", "policy", "protected", "required", "requirements?",
    "time", "types?", "ur[il]",
)  # fmt: skip
_SECRET = re.compile(
    rf"(?:\A|_)(?:{'|'.join(_WORDS)})(?:\Z|_)|(?:{'|'.join(_ENDINGS)})(?:\Z|_)|\A(?:{'|'.join(_WHOLE_NAMES)})\Z"
)
_DESCRIPTION = re.compile(rf"_(?:{'|'.join(_DESCRIPTIONS)})\Z")
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SEPARATORS = re.compile(r"[^A-Za-z0-9]+")
# Headers whose whole value is masked, though commas, semicolons and blanks are in it.
_HEADERS = re.compile(r"(?:\A|_)(?:authorization|cookie|signature)\Z")

# In a request for a token (RFC 6749, RFC 7636) these are secret; elsewhere `code` is the code of an error or a country.
_GRANT_FIELDS = frozenset({"code", "code_verifier", "device_code"})


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Return whether a field with this name holds a secret."""
    plain = _normalize(name)
    return bool(_SECRET.search(plain)) and not _DESCRIPTION.search(plain)


def is_secret_parameter(name: str) -> bool:
    """Return whether a parameter in the query of a URL holds a secret; there, each kind of key is one."""
    return is_secret_name(name) or name.lower().endswith("key")


def is_secret_header(name: str) -> bool:
    """Return whether the rest of the line after this name is secret, as for `Cookie`."""
    return bool(_HEADERS.search(_normalize(name)))


def list_names(value: Mapping[Any, Any]) -> dict[Any, str]:
    """Return for each key of an object the name that decides about its value.

    `{"key": "X-Api-Key", "value": "..."}` and the same with `name` hold a pair; a request for a token has a code.
    """
    names = {key: str(key) for key in value}
    if "value" in names and isinstance(label := value.get("key", value.get("name")), str):
        names["value"] = label
    if "grant_type" in names:
        names |= dict.fromkeys(_GRANT_FIELDS & names.keys(), "token")
    return names


def _normalize(name: str) -> str:
    return _SEPARATORS.sub("_", _WORD_START.sub("_", name[-200:])).strip("_").lower()

"""Mask the secrets of JSON values: by the names of fields, by what stands in texts, and those that are known. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from zoom_component.redaction.headers import list_header_secrets
from zoom_component.redaction.known import KnownSecrets
from zoom_component.redaction.names import is_secret_name, list_names
from zoom_component.redaction.texts import MASK, find_spans, find_stream_key, replace_spans

__all__ = ["MASK", "Redactor", "find_secrets", "mask", "mask_secrets"]

_NO_SECRETS = ("", "true", "false")


class Redactor:
    """Mask secrets. `secrets` are known: they are masked in each form, wherever they occur.

    `name_secret` returns what a secret is replaced by; the default is MASK for all. With `is_foreign`, texts are
    searched for `passcode: 123456` and the like too, which this component's own messages would resemble.
    """

    def __init__(
        self, secrets: Iterable[str] = (), name_secret: Callable[[str], str] | None = None, *, is_foreign: bool = True
    ) -> None:
        self._known = KnownSecrets(secrets)
        self._name_secret = name_secret or _name_alike
        self._is_foreign = is_foreign

    def mask_text(self, text: str) -> str:
        """Return a text without its secrets."""
        # Known secrets first: the place of another secret may begin or end inside of one.
        text = self._known.replace(text, self._name_secret)
        return replace_spans(text, find_spans(text, is_foreign=self._is_foreign), self._name_secret)

    def mask(self, value: Any, name: str = "") -> Any:
        """Return a JSON value without its secrets; `name` is the name of the field that holds it."""
        if isinstance(value, Mapping):
            names = list_names(value)
            return {
                self._known.replace(key, self._name_secret) if isinstance(key, str) else key: self.mask(
                    inner, name if is_secret_name(name) else names[key]
                )
                for key, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.mask(inner, name) for inner in value]
        if isinstance(value, str):
            return self._mask_field(value, name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return MASK if is_number and is_secret_name(name) else value

    def _mask_field(self, text: str, name: str) -> str:
        if is_secret_name(name) and text not in _NO_SECRETS and not text.startswith("[redacted"):
            return self._name_secret(text)
        if spans := find_stream_key(name, text):
            return replace_spans(text, spans, self._name_secret)
        return self.mask_text(text)


def find_secrets(value: Any, name: str = "") -> Iterator[str]:
    """Yield each secret of a JSON value: fields with a secret's name, and what stands in texts.

    `name` is the name of the field that holds the value.
    """
    if isinstance(value, Mapping):
        names = list_names(value)
        for key, inner in value.items():
            yield from find_secrets(inner, name if is_secret_name(name) else names[key])
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from find_secrets(inner, name)
    elif isinstance(value, str) and value:
        if is_secret_name(name):
            if value not in _NO_SECRETS and not value.startswith("[redacted"):
                yield value
                yield from list_header_secrets(name, value)
        else:
            yield from (span.secret for span in find_stream_key(name, value) or find_spans(value))
            yield from _find_in_json(value)


def _find_in_json(text: str) -> Iterator[str]:
    if text[:1] in ("{", "["):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return
        yield from find_secrets(value)


def mask(value: Any) -> Any:
    """Return a JSON value with each field that has a secret's name masked, and the secrets in its texts."""
    return _MASKING.mask(value)


def mask_secrets(text: str, secrets: Iterable[str]) -> str:
    """Return the text with each known secret masked, in each form that it may be written in."""
    return KnownSecrets(secrets).replace(text, _name_alike)


def _name_alike(secret: str) -> str:
    return MASK


_MASKING = Redactor()

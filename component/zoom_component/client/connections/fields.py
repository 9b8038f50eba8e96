"""Check the fields of a connection against its spec, fill defaults, and build credentials.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from zoom_component.client.connections.connection import DEFAULT_BASE_URL
from zoom_component.client.connections.grants import OAuthClient
from zoom_component.client.connections.urls import get_oauth_pages
from zoom_component.errors import ConnectionFailed, InputError, Problem
from zoom_component.spec.spec import ABSENT, ConnectionSpec

__all__ = [
    "ACCOUNT_CREDENTIALS",
    "AUTHORIZATION_CODE",
    "Credentials",
    "build_credentials",
    "check_fields",
    "fill_defaults",
]

AUTHORIZATION_CODE = "authorization_code"
ACCOUNT_CREDENTIALS = "account_credentials"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Hold what token requests need.

    `kind` is the key of the spec; `grant` is one of the two constants above.
    """

    kind: str
    grant: str
    client: OAuthClient
    account_id: str = ""
    scopes: str = ""
    authorize_url: str = ""

    @property
    def can_reissue(self) -> bool:
        """Return whether a new token needs neither a person nor an earlier token."""
        return self.grant == ACCOUNT_CREDENTIALS


def check_fields(spec: ConnectionSpec, fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields without surrounding space and without empty ones.

    Raise InputError with all problems.
    """
    problems = [
        Problem(key, f"is not an input of {spec.key}; its inputs are {', '.join(spec.inputs)}.")
        for key in fields
        if key not in spec.inputs
    ]
    checked: dict[str, str] = {}
    for key, definition in spec.inputs.items():
        value = fields.get(key)
        if value is not None and not isinstance(value, str):
            problems.append(Problem(key, "expected text. Put quotes around the value."))
        elif value and value.strip():
            checked[key] = value.strip()
            if re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", checked[key]):
                problems.append(Problem(key, "expected one line of text without control characters."))
        elif definition.required and definition.default in (ABSENT, None, ""):
            problems.append(Problem(key, f"{definition.label} is required for {spec.label}."))
    if problems:
        raise InputError(problems)
    return checked


def fill_defaults(spec: ConnectionSpec, fields: Mapping[str, str], base_url: str) -> dict[str, str]:
    """Return the fields with defaults for those that are missing.

    The OAuth pages follow the base URL unless they are set: the defaults of the spec are for Zoom's own hosts only.
    """
    values = dict(fields)
    pages = get_oauth_pages(base_url)
    if pages != get_oauth_pages(DEFAULT_BASE_URL):
        for key, url in (("authorizeUrl", pages.authorize_url), ("tokenUrl", pages.token_url)):
            if key in spec.inputs:
                values.setdefault(key, url)
    for key, definition in spec.inputs.items():
        if isinstance(definition.default, str) and definition.default:
            values.setdefault(key, definition.default)
    return {
        key: _fill_template(value, values) if spec.inputs[key].type == "template" else value
        for key, value in values.items()
    }


def build_credentials(spec: ConnectionSpec, fields: Mapping[str, Any], base_url: str) -> Credentials:
    """Return the credentials in the fields, with defaults.

    Raise InputError for invalid fields, ConnectionFailed for a grant that is not supported.
    """
    values = fill_defaults(spec, check_fields(spec, fields), base_url)
    if spec.grant not in (AUTHORIZATION_CODE, ACCOUNT_CREDENTIALS):
        raise ConnectionFailed(
            f"The grant of the connection {spec.key}: expected {AUTHORIZATION_CODE} or {ACCOUNT_CREDENTIALS}, "
            f'got "{spec.grant}".'
        )
    return Credentials(
        kind=spec.key,
        grant=spec.grant,
        client=OAuthClient(values.get("clientId", ""), values.get("clientSecret", ""), values.get("tokenUrl", "")),
        account_id=values.get("accountId", ""),
        scopes=values.get("scopes", ""),
        authorize_url=values.get("authorizeUrl", ""),
    )


def _fill_template(template: str, values: Mapping[str, str]) -> str:
    """Replace each `{{#key}}` by the value of that field, escaped for the query of a URL."""
    return re.sub(r"\{\{#(\w+)\}\}", lambda match: quote(values.get(match.group(1), ""), safe=""), template)

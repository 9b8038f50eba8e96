"""The inputs of a connection: checked against its spec, completed with defaults, made into credentials. Pure."""

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
    """What tokens are asked for with. `kind` is the spec's key, `grant` one of CODE and ACCOUNT."""

    kind: str
    grant: str
    client: OAuthClient
    account_id: str = ""
    scopes: str = ""
    authorize_url: str = ""

    @property
    def can_reissue(self) -> bool:
        """Whether a token can be had without a person or an earlier token."""
        return self.grant == ACCOUNT_CREDENTIALS


def check_fields(spec: ConnectionSpec, fields: Mapping[str, Any]) -> dict[str, str]:
    """The fields given, trimmed, without the empty ones. Raises InputError with every problem at once."""
    problems = [
        Problem(key, f"is no input of {spec.key}; its inputs are {', '.join(spec.inputs)}.")
        for key in fields
        if key not in spec.inputs
    ]
    kept: dict[str, str] = {}
    for key, known in spec.inputs.items():
        value = fields.get(key)
        if value is not None and not isinstance(value, str):
            problems.append(Problem(key, "has to be text: put quotes around it."))
        elif value and value.strip():
            kept[key] = value.strip()
            if re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", kept[key]):
                problems.append(Problem(key, "holds a line break or another character that cannot be typed."))
        elif known.required and known.default in (ABSENT, None, ""):
            problems.append(Problem(key, f"{known.label} is missing; it is required for {spec.label}."))
    if problems:
        raise InputError(problems)
    return kept


def fill_defaults(spec: ConnectionSpec, fields: Mapping[str, str], base_url: str) -> dict[str, str]:
    """The fields with defaults where none was given.

    The OAuth pages follow the base URL, unless given: those in the spec are right for Zoom's own hosts only.
    """
    filled = dict(fields)
    if get_oauth_pages(base_url) != get_oauth_pages(DEFAULT_BASE_URL):
        pages = get_oauth_pages(base_url)
        for key, url in (("authorizeUrl", pages.authorize_url), ("tokenUrl", pages.token_url)):
            if key in spec.inputs:
                filled.setdefault(key, url)
    for key, known in spec.inputs.items():
        if isinstance(known.default, str) and known.default:
            filled.setdefault(key, known.default)
    return {
        key: _fill(value, filled) if spec.inputs[key].type == "template" else value for key, value in filled.items()
    }


def build_credentials(spec: ConnectionSpec, fields: Mapping[str, Any], base_url: str) -> Credentials:
    """Check, complete, and name what was given. Raises InputError; ConnectionFailed on a grant that nobody knows."""
    filled = fill_defaults(spec, check_fields(spec, fields), base_url)
    if spec.grant not in (AUTHORIZATION_CODE, ACCOUNT_CREDENTIALS):
        raise ConnectionFailed(
            f"Connection kind {spec.key} asks for grant {spec.grant!r}; known are {AUTHORIZATION_CODE} and {ACCOUNT_CREDENTIALS}."
        )
    client = OAuthClient(filled.get("clientId", ""), filled.get("clientSecret", ""), filled.get("tokenUrl", ""))
    return Credentials(
        kind=spec.key,
        grant=spec.grant,
        client=client,
        account_id=filled.get("accountId", ""),
        scopes=filled.get("scopes", ""),
        authorize_url=filled.get("authorizeUrl", ""),
    )


def _fill(template: str, values: Mapping[str, str]) -> str:
    """A template input: `{{#key}}` stands for a sibling's value, escaped for a URL's query."""
    return re.sub(r"\{\{#(\w+)\}\}", lambda found: quote(values.get(found.group(1), ""), safe=""), template)

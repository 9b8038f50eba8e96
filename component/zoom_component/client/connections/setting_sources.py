"""The places that settings come from, each read into the same plain shape: flags, environment, files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zoom_component.errors import InputError, Problem

__all__ = [
    "ENVIRONMENT_VARIABLES",
    "ConnectionSettings",
    "parse_json",
    "parse_yaml",
    "read_sources",
    "read_text_file",
    "require_mapping",
]


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """What one place says about the connection; "" where it says nothing. Flags are given as one of these.

    `connection` is a stored connection's name, `file` a connection file, `platform` the JSON that the platform's tool
    puts into the environment.
    """

    token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    account_id: str = ""
    refresh_token: str = field(default="", repr=False)
    base_url: str = ""
    connection: str = ""
    file: str = ""
    platform: str = field(default="", repr=False)


ENVIRONMENT_VARIABLES: Mapping[str, str] = {
    "token": "ZOOM_TOKEN",
    "client_id": "ZOOM_CLIENT_ID",
    "client_secret": "ZOOM_CLIENT_SECRET",
    "account_id": "ZOOM_ACCOUNT_ID",
    "refresh_token": "ZOOM_REFRESH_TOKEN",
    "base_url": "ZOOM_BASE_URL",
    "connection": "ZOOM_CONNECTION",
    "file": "ZOOM_CONNECTION_FILE",
    "platform": "PRISMATIC_CONNECTION_VALUE",
}


def read_sources(given: ConnectionSettings, environ: Mapping[str, str], folder: Path) -> list[ConnectionSettings]:
    """What each place says, the first one to be believed first. Raises InputError on a `.env` that cannot be read."""
    return [given, _from_variables(environ), _from_variables(_dotenv(folder / ".env"))]


def read_text_file(file: Path, what: str) -> str:
    """The text of a file. Raises InputError with `what` it was to be."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError([Problem("file", f"the {what} {file} cannot be read: {error.strerror}.")]) from None
    except UnicodeDecodeError:
        raise InputError([Problem("file", f"the {what} {file} is not UTF-8 text.")]) from None


def parse_json(text: str) -> Any:
    """The JSON value, or None: what is wrong with it is not told, since a secret may stand there."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def parse_yaml(text: str) -> Any:
    """The value, read as JSON when it is that and as YAML otherwise; None when it is neither."""
    value = parse_json(text)
    if value is not None:
        return value
    # Late: most connections come from elsewhere.
    from zoom_component.spec.yaml12 import parse_yaml

    located = parse_yaml(text, "")
    return None if located.diagnostics else located.value


def require_mapping(value: Any, where: str) -> Mapping[str, Any]:
    """The value as names with values. Raises InputError that says `where` it is not."""
    if isinstance(value, dict):
        return {str(key): each for key, each in value.items()}
    raise InputError(
        [Problem("connection", f"{where} is not what it has to be: names with values, as YAML or JSON. {_SHAPE}")]
    )


def _from_variables(values: Mapping[str, str]) -> ConnectionSettings:
    return ConnectionSettings(
        **{word: values.get(variable, "").strip() for word, variable in ENVIRONMENT_VARIABLES.items()}
    )


def _dotenv(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    from zoom_component.client.connections import env_file

    text = read_text_file(file, "settings file")
    # A folder may hold the `.env` of another program, in another dialect: that is none of our business.
    if not any(variable in text for variable in ENVIRONMENT_VARIABLES.values()):
        return {}
    return env_file.parse_env_file(text, file.name)


_SHAPE = 'A connection file reads {"connection": {"key": "serverToServer", "fields": {"clientId": "..."}}}.'

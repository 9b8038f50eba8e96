"""Define the settings of a connection, and read the files and texts that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zoom_component.bounded_json import load_bounded_json
from zoom_component.client.network.settings import CA_FILE_VARIABLE, PROXY_VARIABLE
from zoom_component.errors import InputError, Problem

__all__ = [
    "ENVIRONMENT_VARIABLES",
    "ENV_FILE_VARIABLE",
    "ConnectionSettings",
    "parse_json",
    "parse_yaml",
    "read_env_file",
    "read_text_file",
    "require_mapping",
]

_MAX_BYTES = 1024 * 1024  # of a connection's settings


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """Hold what one source sets for the connection; "" means that it does not set it.

    Flags are passed as one of these. `connection` is the name of a stored connection, `file` the path of a connection
    file, `platform` the JSON that the platform's tool puts into the environment. `proxy` is the URL of a proxy, or
    "none"; `ca_file` a file or folder of certificate authorities; `env_file` a file of variables, for flags only.
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
    proxy: str = field(default="", repr=False)
    ca_file: str = ""
    env_file: str = ""


ENV_FILE_VARIABLE = "ZOOM_COMPONENT_ENV_FILE"
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
    "proxy": PROXY_VARIABLE,
    "ca_file": CA_FILE_VARIABLE,
}


def read_text_file(file: Path, what: str) -> str:
    """Return the text of a file.

    Raise InputError, which calls the file `what`, if it cannot be read.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError([Problem("file", f"the {what} {file} cannot be read: {error.strerror}.")]) from None
    except UnicodeDecodeError:
        raise InputError([Problem("file", f"the {what} {file} is not UTF-8 text.")]) from None


def parse_json(text: str) -> Any:
    """Return the JSON value, None if the text is not JSON.

    No error quotes the text, because it may hold a secret.
    """
    try:
        return load_bounded_json(text, max_bytes=_MAX_BYTES)
    except ValueError:
        return None


def parse_yaml(text: str) -> Any:
    """Return the value of a JSON or YAML text, None if it is neither."""
    value = parse_json(text)
    if value is not None:
        return value
    # Imported late: most connections do not come from a file.
    from zoom_component.spec import yaml12

    document = yaml12.parse_yaml(text, "")
    return None if document.diagnostics else document.value


def require_mapping(value: Any, where: str) -> Mapping[str, Any]:
    """Return the value as a mapping of text to values.

    Raise InputError, which names `where`, if it is not one.
    """
    if isinstance(value, dict):
        return {str(key): each for key, each in value.items()}
    raise InputError([Problem("connection", f"{where}: expected names with values, as YAML or JSON. {_EXAMPLE}")])


def read_env_file(file: Path) -> dict[str, str]:
    """Return the variables of an env file. Raise InputError if it cannot be read or is not valid."""
    from zoom_component.client.connections.env_file import parse_env_file

    return parse_env_file(read_text_file(file, "env file"), file.name)


_EXAMPLE = 'A connection file reads {"connection": {"key": "serverToServer", "fields": {"clientId": "..."}}}.'
